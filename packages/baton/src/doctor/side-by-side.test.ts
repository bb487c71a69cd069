import { expect, test } from "vitest";
import { diagnosisOf, filesIn, foldersIn, placesIn } from "./folder.fixture.ts";

// Many use the same names for hosts, groups and files: none of them may leak into another one.
test.each(["articles", "correct"])(
  "%s: in one repository each set-up is found what is found when it stands alone",
  async (folder) => {
    const alone = await Promise.all(
      foldersIn(folder).map(async (one) => {
        const places = placesIn(await diagnosisOf({ files: filesIn(`${folder}/${one}`) }));
        return places.map((place) => place.replace(" ", ` ${one}/`));
      }),
    );
    const together = placesIn(await diagnosisOf({ files: filesIn(folder) }));
    expect(together.toSorted()).toEqual(alone.flat().toSorted());
  },
);
