// Rendering into a folder: again and again, interrupted, and never over somebody's own work.
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HostFile } from "./host-files.ts";
import { between, MANIFEST, manifestOf, manifestText } from "./manifest.ts";
import { lookAt, writeOutput } from "./output.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "baton-render-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string, text: string, kind = "kernel", mode = 0o644): HostFile => {
  return { file: name, kind, host: "h1", path: `/${name}`, owner: "root", group: "root", mode, text };
};
const first = [file("a/x.conf", "x 1\n"), file("a/y.conf", "y 1\n", "redis-conf", 0o640)];
const { signal } = new AbortController();

async function render(files: readonly HostFile[], kinds?: ReadonlySet<string>) {
  const output = await lookAt(folder, { cluster: "test", files, kinds });
  if (output.plan.obstacles.length === 0) await writeOutput(folder, output, signal);
  return {
    changes: output.plan.changes.map((change) =>
      change.kind === "gone" ? `gone ${change.name}` : `${change.kind} ${change.file.file}`,
    ),
    obstacles: output.plan.obstacles,
  };
}
const textOf = async (name: string): Promise<string> => await readFile(join(folder, name), "utf8");

test("a second time changes nothing", async () => {
  expect((await render(first)).changes).toEqual(["new a/x.conf", "new a/y.conf"]);
  expect((await render(first)).changes).toEqual(["same a/x.conf", "same a/y.conf"]);
  expect((await stat(join(folder, "a/x.conf"))).mode & 0o777).toBe(0o644);
  expect((await stat(join(folder, "a/y.conf"))).mode & 0o777).toBe(0o600);
});

test("what has changed is written, and what is not rendered any more vanishes", async () => {
  await render(first);
  const next = [file("a/x.conf", "x 2\n"), file("b.conf", "b\n")];
  expect((await render(next)).changes).toEqual(["changed a/x.conf", "gone a/y.conf", "new b.conf"]);
  expect(await textOf("a/x.conf")).toBe("x 2\n");
  expect(await readdir(join(folder, "a"))).toEqual(["x.conf"]);
});

test("a file that is of another kind than it was stays one file, and can be rendered again", async () => {
  await render(first);
  const moved = [file("a/x.conf", "x 2\n", "other")];
  expect((await render(moved, new Set(["other"]))).changes).toEqual(["changed a/x.conf"]);
  const again = [file("a/x.conf", "x 3\n", "other"), ...first.slice(1)];
  expect(await render(again)).toEqual({
    changes: ["changed a/x.conf", "same a/y.conf"],
    obstacles: [],
  });
});

test("an edited file, a stranger's and a link stop everything, and nothing is written", async () => {
  await render(first);
  await writeFile(join(folder, "a/x.conf"), "x mine\n");
  await writeFile(join(folder, "b.conf"), "mine, too\n");
  await symlink("x.conf", join(folder, "a/z.conf"));
  const next = [
    file("a/x.conf", "x 2\n"),
    file("a/y.conf", "y 2\n"),
    file("a/z.conf", "z\n"),
    file("b.conf", "b\n"),
  ];
  expect((await render(next)).obstacles).toEqual([
    "a/x.conf has been edited since it was rendered",
    "a/z.conf is no plain file",
    "b.conf was not written by Baton",
  ]);
  expect([await textOf("a/x.conf"), await textOf("a/y.conf")]).toEqual(["x mine\n", "y 1\n"]);
});

test("an edited file that is not rendered any more is not removed", async () => {
  await render(first);
  await writeFile(join(folder, "a/x.conf"), "x mine\n");
  const { obstacles } = await render(first.slice(1));
  expect(obstacles).toEqual(["a/x.conf is not rendered any more, and somebody has edited it"]);
  expect(await textOf("a/x.conf")).toBe("x mine\n");
});

test("a run that was interrupted is finished by the next one, also with other texts", async () => {
  await render(first);
  const next = [file("a/x.conf", "x 2\n"), file("a/y.conf", "y 2\n", "redis-conf", 0o640)];
  // As it is when the process ends between the two files.
  const torn = between(manifestOf("test", first), manifestOf("test", next));
  await writeFile(join(folder, MANIFEST), manifestText(torn));
  await writeFile(join(folder, "a/x.conf"), "x 2\n");
  const last = [file("a/x.conf", "x 3\n"), file("a/y.conf", "y 3\n", "redis-conf", 0o640)];
  expect(await render(last)).toEqual({
    changes: ["changed a/x.conf", "changed a/y.conf"],
    obstacles: [],
  });
  expect((await render(last)).changes).toEqual(["same a/x.conf", "same a/y.conf"]);
});

test("one kind alone leaves the files of others, and what is known of them", async () => {
  await render(first);
  const kernel = new Set(["kernel"]);
  expect((await render([file("a/x.conf", "x 2\n")], kernel)).changes).toEqual(["changed a/x.conf"]);
  expect((await render(first)).changes).toEqual(["changed a/x.conf", "same a/y.conf"]);
});

test("a list that is none, and a folder that is a file, are errors that say so", async () => {
  await writeFile(join(folder, MANIFEST), "{}");
  await expect(render(first)).rejects.toThrow("is no list of what Baton has rendered");
  await writeFile(join(folder, MANIFEST), "not json");
  await expect(render(first)).rejects.toThrow("is no list of what Baton has rendered");
  await rm(join(folder, MANIFEST));
  await writeFile(join(folder, "a"), "");
  await expect(render(first)).rejects.toMatchObject({ code: "DISK" });
});

test("a folder that cannot be written to is an error, and loses nothing", async () => {
  await render(first);
  // A folder in the place of a file's neighbour cannot be replaced, whoever asks.
  await mkdir(join(folder, `a/x.conf.${process.pid}.tmp`));
  await chmod(folder, 0o755);
  await expect(render([file("a/x.conf", "x 2\n"), ...first.slice(1)])).rejects.toMatchObject({
    code: "DISK",
  });
  expect(await textOf("a/x.conf")).toBe("x 1\n");
});

test.each(["../outside.conf", "/outside.conf", "a/../../outside.conf", "a//b.conf", ""])(
  "a list that names %j is none: nothing outside of the folder is touched",
  async (name) => {
    const list = manifestOf("test", [file(name, "mine\n")]);
    await writeFile(join(folder, MANIFEST), manifestText(list));
    await expect(render(first)).rejects.toThrow("is no list of what Baton has rendered");
  },
);

test("what lies behind a link in the folder is somebody else's, and stays as it is", async () => {
  await render(first);
  const elsewhere = await mkdtemp(join(tmpdir(), "baton-elsewhere-"));
  try {
    await rename(join(folder, "a"), join(elsewhere, "a"));
    await symlink(join(elsewhere, "a"), join(folder, "a"));
    const next = [file("a/deep/z.conf", "z\n"), file("a/x.conf", "x 2\n")];
    expect((await render(next)).obstacles).toEqual([
      "a/deep/z.conf would lie behind a symbolic link",
      "a/x.conf would lie behind a symbolic link",
      "a/y.conf would lie behind a symbolic link",
    ]);
    expect(await readFile(join(elsewhere, "a/x.conf"), "utf8")).toBe("x 1\n");
    expect(await readdir(join(elsewhere, "a"))).toEqual(["x.conf", "y.conf"]);
    // The folder itself may be a link: whoever names it knows where it leads.
    const named = join(folder, "named");
    await symlink(elsewhere, named);
    const output = await lookAt(named, { cluster: "test", files: [file("b.conf", "b\n")] });
    await writeOutput(named, output, signal);
    expect(await readFile(join(elsewhere, "b.conf"), "utf8")).toBe("b\n");
  } finally {
    await rm(elsewhere, { recursive: true, force: true });
  }
});

test("a file in the place of the folder, or a link in that of the list, is refused, and stays", async () => {
  const input = { cluster: "test", files: first };
  await writeFile(join(folder, "mine"), "mine\n");
  await expect(lookAt(join(folder, "mine"), input)).rejects.toThrow("mine is no folder: expected one");
  await expect(lookAt(join(folder, "mine/below"), input)).rejects.toMatchObject({ code: "DISK" });
  await render(first);
  await rename(join(folder, MANIFEST), join(folder, "list.json"));
  await symlink("list.json", join(folder, MANIFEST));
  await expect(render(first)).rejects.toThrow(`${MANIFEST} is no plain file`);
});
