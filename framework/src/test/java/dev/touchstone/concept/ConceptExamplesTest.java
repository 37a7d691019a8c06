package dev.touchstone.concept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.touchstone.data.Dataset;
import dev.touchstone.data.FeatureStore;
import dev.touchstone.data.contamination.ItemMask;
import dev.touchstone.data.contamination.PatchTag;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConceptExamplesTest {
  /** Four grey images of 2 × 2, of which the last one is 9 at the bottom left. */
  private static Dataset images() {
    return Dataset.named("images")
        .features(
            FeatureStore.inMemory(
                new float[] {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 4, 1, 1, 9, 1}, 1, 2, 2))
        .labels(0, 1, 1, 0)
        .classNames(List.of("plain", "dotted"))
        .column("texture", List.of("dots", "none", "dots", "none"))
        .build();
  }

  @Test
  void aClassAndAColumnAreToldFromAllOthers() {
    ConceptExamples dotted = ConceptExamples.ofClass("dotted", images());
    assertThat(dotted.positives().batch(0, 2).values()).startsWith(5, 6).endsWith(0, 4);
    assertThat(dotted.negatives().orElseThrow().batch(1).values()).containsExactly(1, 1, 9, 1);
    ConceptExamples dots = ConceptExamples.ofColumn("texture", "dots", images());
    assertThat(dots.name()).isEqualTo("texture=dots");
    assertThat(dots.positives().batch(1).values()).containsExactly(0, 0, 0, 4);
    assertThat(dots.isPaired()).isFalse();
  }

  @Test
  void aSignalIsToldFromTheSameImagesThatDoNotCarryItAlready() {
    ConceptExamples tag =
        ConceptExamples.ofSignal(PatchTag.of(new float[][] {{9}}).at(1, 0), images());
    assertThat(tag.positives().size()).isEqualTo(3);
    assertThat(tag.positives().batch(0).values()).containsExactly(1, 2, 9, 4);
    assertThat(tag.negatives().orElseThrow().batch(0).values()).containsExactly(1, 2, 3, 4);
    assertThat(tag.isPaired()).isTrue();
  }

  @Test
  void aMaskLeavesEachSideAndTheMeanOfTheWhole() {
    ConceptExamples bright = ConceptExamples.ofMask("bright", ItemMask.above(2.5f), images());
    assertThat(bright.positives().batch(0).values()).containsExactly(2.5f, 2.5f, 3, 4);
    assertThat(bright.negatives().orElseThrow().batch(0).values())
        .containsExactly(1, 2, 2.5f, 2.5f);
  }

  @Test
  void whatIsMissingIsRefusedByName() {
    refused(
        () -> ConceptExamples.ofColumn("textur", "dots", images()),
        "no column \"textur\"",
        "perhaps \"texture\"");
    refused(
        () -> ConceptExamples.ofColumn("texture", "lines", images()),
        "no example has the concept \"texture=lines\"");
    Dataset dotted = images().where("texture", "dots");
    refused(
        () -> ConceptExamples.ofColumn("texture", "dots", dotted),
        "no example lacks the concept \"texture=dots\"");
    refused(() -> ConceptExamples.of(" ", dotted), "has no name");
  }

  @Test
  void conceptsOfTheSameDataAreEqual() {
    ConceptExamples one = ConceptExamples.ofClass("dotted", images());
    assertThat(one).isEqualTo(ConceptExamples.ofClass("dotted", images()));
    assertThat(one).hasSameHashCodeAs(ConceptExamples.ofClass("dotted", images()));
    assertThat(one).isNotEqualTo(ConceptExamples.ofClass("plain", images()));
    assertThat(one).isNotEqualTo(one.besideRandomSetsOf(images()));
  }

  private static void refused(Runnable asked, String... says) {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(asked::run)
        .withMessageContainingAll(says);
  }
}
