// Builds the files of small clusters for the examples of rules, so that each example shows one mistake.
import type { ExampleFiles } from "./rule.ts";

interface SentinelExample {
  readonly count?: number;
  readonly quorum?: number;
  /** Instead of `sentinel monitor main 10.0.0.1 6379 <quorum>`. */
  readonly monitor?: string;
  /** Further lines of every file. */
  readonly lines?: readonly string[];
  /** Further lines of the file of this number, counted from 1. */
  readonly linesOf?: Readonly<Record<number, readonly string[]>>;
}

/** "h1/sentinel.conf" and so on, on 10.0.0.1 and so on, as they stand after they have found each other. */
export function sentinelFiles(example: SentinelExample = {}): ExampleFiles {
  const { count = 3, lines = [], linesOf = {} } = example;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const files = numbers.map((number) => {
    const peers = numbers.filter((other) => other !== number);
    const text = [
      "port 26379",
      `sentinel announce-ip 10.0.0.${number}`,
      example.monitor ?? `sentinel monitor main 10.0.0.1 6379 ${example.quorum ?? 2}`,
      ...lines,
      ...(linesOf[number] ?? []),
      ...peers.map((peer) => `sentinel known-sentinel main 10.0.0.${peer} 26379 ${identity(peer)}`),
      "",
    ];
    return [`h${number}/sentinel.conf`, text.join("\n")] as const;
  });
  return Object.fromEntries(files);
}

/** A run id that is one host's own. */
export function identity(number: number): string {
  return number.toString(16).padStart(2, "0").repeat(20);
}

interface RedisExample {
  readonly count?: number;
  readonly lines?: readonly string[];
  readonly linesOf?: Readonly<Record<number, readonly string[]>>;
}

/** "h1/redis.conf" on 10.0.0.1, the primary, and its replicas. */
export function redisFiles({ count = 3, lines = [], linesOf = {} }: RedisExample = {}): ExampleFiles {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const files = numbers.map((number) => {
    const text = [
      "port 6379",
      `bind 10.0.0.${number}`,
      ...(number === 1 ? [] : ["replicaof 10.0.0.1 6379"]),
      ...lines,
      ...(linesOf[number] ?? []),
      "",
    ];
    return [`h${number}/redis.conf`, text.join("\n")] as const;
  });
  return Object.fromEntries(files);
}
