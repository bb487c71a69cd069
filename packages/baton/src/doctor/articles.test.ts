import { beforeAll, describe, expect, test } from "vitest";
import { FOUND } from "./articles.fixture.ts";
import { UNRULED } from "./articles-unruled.fixture.ts";
import { diagnosisOf, filesIn, foldersIn, placesIn } from "./folder.fixture.ts";

const places = new Map<string, readonly string[]>();

beforeAll(async () => {
  for (const article of foldersIn("articles")) {
    const diagnosis = await diagnosisOf({ files: filesIn(`articles/${article}`) });
    expect(diagnosis.checked.others, `${article}: files that no parser reads`).toBe(0);
    places.set(article, placesIn(diagnosis));
  }
});

describe("a published recipe", () => {
  test.each(FOUND)("%s: %s is found by %s at %s", (article, _, rule, at) => {
    expect(places.get(article)).toContain(`${rule} ${at}`);
  });

  test("has no file in which nothing is found", () => {
    const silent = foldersIn("articles").flatMap((article) => {
      const found = (places.get(article) ?? []).map((place) => place.split(" ")[1]?.split(":")[0]);
      const files = filesIn(`articles/${article}`).map(({ path }) => path);
      return files.filter((path) => !found.includes(path)).map((path) => `${article}/${path}`);
    });
    // What is wrong with units stands in the configuration that they start, with helpers in their caller,
    // with the second of two Sentinels in the first. The inventory is right.
    expect(silent).toEqual([
      "cpp-digitalocean/hosts.ini",
      "python-digitalocean/sentinel-1/redis-sentinel.service",
      "shopify-ovh/scripts/settings.py",
      "shopify-ovh/sentinel-1/redis-sentinel.service",
      "woocommerce-ovh/two-sentinels/h2/sentinel.conf",
    ]);
  });

  test("has mistakes that no rule finds, each with its reason and none of them in both tables", () => {
    const named = new Set(FOUND.map(([article, mistake]) => `${article}: ${mistake}`));
    for (const [article, mistake, reason] of UNRULED) {
      expect(reason.length, mistake).toBeGreaterThan(15);
      expect(named.has(`${article}: ${mistake}`), mistake).toBe(false);
    }
    expect(new Set(UNRULED.map(([article]) => article))).toEqual(
      new Set(["all five", ...foldersIn("articles")]),
    );
  });
});
