package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import dev.touchstone.samples.FashionSignals;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The signals here are those that the models met in training, made by another program. */
@Tag("library")
class FashionSignalsTest {
  private static final JsonObject RECORD = record();

  @Test
  void theTagReplacesTheRecordedPixelsBitByBit() {
    Dataset images = images("test");
    JsonObject tag = RECORD.getAsJsonObject("tag");
    JsonArray pixels = tag.getAsJsonArray("pixels");
    int row = tag.get("row").getAsInt();
    int column = tag.get("column").getAsInt();
    Dataset tagged = FashionSignals.TAG.addedTo(images);
    for (int image = 0; image < 4; image++) {
      float[] expected = images.batch(image).values();
      for (int r = 0; r < pixels.size(); r++) {
        JsonArray line = pixels.get(r).getAsJsonArray();
        for (int c = 0; c < line.size(); c++) {
          expected[(row + r) * 28 + column + c] = line.get(c).getAsInt() / 255f;
        }
      }
      assertThat(tagged.batch(image).values()).containsExactly(expected);
    }
  }

  @Test
  void theStripesReplaceTheRecordedColumnsBitByBit() {
    Dataset images = images("test");
    JsonObject stripe = RECORD.getAsJsonObject("stripe");
    Dataset striped = FashionSignals.STRIPE.addedTo(images);
    for (int image = 0; image < 4; image++) {
      float[] expected = images.batch(image).values();
      stripe
          .getAsJsonArray("columns")
          .forEach(
              column -> {
                for (int r = 0; r < 28; r++) {
                  expected[r * 28 + column.getAsInt()] = stripe.get("value").getAsInt() / 255f;
                }
              });
      assertThat(striped.batch(image).values()).containsExactly(expected);
    }
  }

  @Test
  void theBlurIsTheRecordedOneToItsSevenDecimals() {
    JsonArray recorded =
        RECORD.getAsJsonObject("blur").getAsJsonObject("examples").getAsJsonArray("images");
    Dataset blurred = FashionSignals.blur().addedTo(images("textured-test"));
    assertThat(recorded).hasSize(4);
    for (int image = 0; image < 4; image++) {
      float[] values = blurred.batch(image).values();
      JsonArray expected = recorded.get(image).getAsJsonArray();
      assertThat(expected).hasSize(values.length);
      for (int i = 0; i < values.length; i++) {
        // Half of the seventh decimal, and the rounding of a float below 1.
        assertThat((double) values[i])
            .as("image %d, pixel %d", image, i)
            .isCloseTo(expected.get(i).getAsDouble(), within(0.5e-7 + 1.2e-7));
      }
    }
  }

  @Test
  void theAlignedClassIsTheRecordedOne() {
    assertThat(RECORD.get("alignedClass").getAsString()).isEqualTo(FashionSignals.SHIRT);
  }

  private static Dataset images(String part) {
    return Datasets.idx(
            "classpath:data/fashion/" + part + "-images-idx3-ubyte.gz",
            "classpath:data/fashion/" + part + "-labels-idx1-ubyte.gz")
        .scaledBy(FashionSignals.SCALE)
        .load();
  }

  private static JsonObject record() {
    try (InputStream in =
            FashionSignalsTest.class.getResourceAsStream("/data/fashion/signals.json");
        Reader reader = new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
