package dev.touchstone.samples.gallery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.evidence.Outcome;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The quick edition of the gallery: two seeds, smaller training sets. */
@Tag("gallery")
class BugGalleryTest {
  private static final int SEEDS = 2;
  private static final BugGallery GALLERY = new BugGallery(2000, 4, 1);

  @BeforeAll
  static void hangTheGallery() {
    for (long seed = 0; seed < SEEDS; seed++) {
      GALLERY.run(seed, false);
    }
    System.out.println(GALLERY.tally());
  }

  @Test
  void everyPlantedBugIsCaught() {
    assertThat(GALLERY.rows())
        .filteredOn(row -> row.expected() == Outcome.FAIL)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.outcome()).as("%s", row).isEqualTo(Outcome.FAIL));
  }

  /** What two seeds cannot decide is neither an accusation nor a pass, and has its own column. */
  @Test
  void noHealthyModelIsAccused() {
    assertThat(GALLERY.rows())
        .filteredOn(row -> row.expected() == Outcome.PASS)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.outcome()).as("%s", row).isNotEqualTo(Outcome.FAIL));
  }

  @Test
  void everyCellOfThisEditionWasAsked() {
    assertThat(GALLERY.matrix().cells())
        .filteredOn(cell -> cell.edition() == Matrix.Edition.EVERY)
        .isNotEmpty()
        .allSatisfy(
            cell ->
                assertThat(GALLERY.rows())
                    .filteredOn(r -> r.bug().equals(cell.bug()))
                    .filteredOn(r -> r.assertion().equals(cell.assertion()))
                    .hasSizeGreaterThanOrEqualTo(SEEDS));
  }
}
