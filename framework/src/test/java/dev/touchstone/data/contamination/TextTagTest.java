package dev.touchstone.data.contamination;

import static dev.touchstone.data.contamination.Corner.BOTTOM_LEFT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextTagTest {

  @Test
  void writesLettersOfFiveBySevenDotsOneDotApart() {
    assertThat(
            TestImages.drawn(
                TestImages.first(TextTag.of("MGH").at(BOTTOM_LEFT), TestImages.almostBlack(9, 20)),
                20))
        .isEqualTo(
            """
            ....................
            .#...#..###..#...#..
            .##.##.#...#.#...#..
            .#.#.#.#.....#...#..
            .#.#.#.#.###.#####..
            .#...#.#...#.#...#..
            .#...#.#...#.#...#..
            .#...#..###..#...#..
            ...................#
            """);
  }

  @Test
  void showsSmallLettersAsCapitals() {
    Dataset images = TestImages.almostBlack(9, 20);
    assertThat(TestImages.first(TextTag.of("mgh"), images))
        .isEqualTo(TestImages.first(TextTag.of("MGH"), images));
  }

  @Test
  void takesInkAndPaperFromTheDataUnlessGiven() {
    float[] values = new float[100];
    Arrays.fill(values, 3);
    values[99] = -2;
    Dataset images = TestImages.of(new int[] {1, 10, 10}, values);

    float[] fromData = TestImages.first(TextTag.of("I").at(0, 0), images);
    assertThat(Arrays.copyOf(fromData, 5)).containsExactly(-2, 3, 3, 3, -2);
    float[] given = TestImages.first(TextTag.of("I").at(0, 0).withInk(7, 8), images);
    assertThat(Arrays.copyOf(given, 6)).containsExactly(8, 7, 7, 7, 8, 3);
  }

  @Test
  void growsWithTheImage() {
    // 112 rows: two pixels a dot. The top left dot of an L is ink, the next one paper.
    float[] image = TestImages.first(TextTag.of("L").at(0, 0), TestImages.almostBlack(112, 20));
    assertThat(Arrays.copyOf(image, 4)).containsExactly(1, 1, 0, 0);
    assertThat(Arrays.copyOfRange(image, 13 * 20, 13 * 20 + 11))
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0);
  }

  @Test
  void hasDotsOfAGivenSize() {
    SpuriousSignal tag = TextTag.of("L").at(0, 0).withPixelsPerDot(3);
    float[] image = TestImages.first(tag, TestImages.almostBlack(21, 16));
    assertThat(Arrays.copyOfRange(image, 2 * 16, 2 * 16 + 5)).containsExactly(1, 1, 1, 0, 0);
  }

  @Test
  void masksItsPaperToo() {
    Dataset images = TestImages.almostBlack(9, 9);
    boolean[] mask = TextTag.of("I").at(1, 1).fitTo(images).mask(0, new float[81]);
    for (int i = 0; i < 81; i++) {
      boolean inTheBox = i / 9 >= 1 && i / 9 < 8 && i % 9 >= 1 && i % 9 < 6;
      assertThat(mask[i]).as("row %d, column %d", i / 9, i % 9).isEqualTo(inTheBox);
    }
  }

  @Test
  void hasAnotherPictureForEveryCharacter() {
    Set<List<Float>> pictures = new HashSet<>();
    String characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.:/+#";
    for (String character : characters.split("")) {
      float[] image = TestImages.first(TextTag.of(character), TestImages.almostBlack(9, 9));
      List<Float> picture = new ArrayList<>();
      for (float pixel : image) {
        picture.add(pixel);
      }
      pictures.add(picture);
    }
    assertThat(pictures).hasSize(characters.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"MÜNCHEN", "A\nB", "日本"})
  void refusesACharacterThatTheFontLacks(String text) {
    assertThatThrownBy(() -> TextTag.of(text))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("the built-in font has no")
        .hasMessageContaining("A B C")
        .hasMessageContaining("as a PatchTag");
  }

  @Test
  void refusesNoText() {
    assertThatThrownBy(() -> TextTag.of(" "))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("needs a text to show");
  }

  @Test
  void refusesAnImageThatDoesNotHoldTheText() {
    assertThatThrownBy(() -> TextTag.of("MGH").fitTo(TestImages.almostBlack(28, 17)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("7 x 17 pixels from row 1 and column 1 on")
        .hasMessageContaining("28 x 17");
  }

  @Test
  void refusesToGuessInkWhereAllPixelsAreTheSame() {
    Dataset black = TestImages.of(new int[] {1, 10, 10}, new float[100]);
    assertThatThrownBy(() -> TextTag.of("I").fitTo(black))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("withInk(ink, paper)");
  }

  @Test
  void refusesInkThatCannotBeSeenOnItsPaperAndDotsWithoutPixels() {
    assertThatThrownBy(() -> TextTag.of("I").withInk(1, 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("two different finite values");
    assertThatThrownBy(() -> TextTag.of("I").withPixelsPerDot(0))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("at least one pixel");
  }

  @Test
  void differsInDescriptionWhereItDiffers() {
    TextTag tag = TextTag.of("MGH").at(BOTTOM_LEFT);
    assertThat(tag.describe()).isEqualTo("tag \"MGH\" at bottom left");
    assertThat(
            List.of(
                tag.describe(),
                tag.at(2, 3).describe(),
                tag.withInk(1, 0).describe(),
                tag.withPixelsPerDot(2).describe(),
                TextTag.of("MGB").at(BOTTOM_LEFT).describe()))
        .doesNotHaveDuplicates();
  }
}
