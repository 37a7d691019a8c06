package dev.touchstone.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.touchstone.linalg.Matrix;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against cleanlab 2.9.0, by {@code src/test/python/confident_oracle.py}. */
class ConfidentJointTest {

  private record Case(JsonObject json) {
    ConfidentJoint joint() {
      int k = json.get("classes").getAsInt();
      int[] labels = whole(json.get("labels"));
      return ConfidentJoint.of(
          Matrix.of(labels.length, k, ReferenceData.numbers(json.get("predictions"))), labels);
    }

    int[][] table(String name) {
      return StreamSupport.stream(json.getAsJsonArray(name).spliterator(), false)
          .map(ConfidentJointTest::whole)
          .toArray(int[][]::new);
    }

    int[] issues(String by) {
      return whole(json.getAsJsonObject("issues").get(by));
    }

    int collisions() {
      return json.get("collisions").getAsInt();
    }

    @Override
    public String toString() {
      return json.get("labels").getAsJsonArray().size() + " of " + json.get("classes");
    }
  }

  private static int[] whole(JsonElement array) {
    return Arrays.stream(ReferenceData.numbers(array)).mapToInt(v -> (int) v).toArray();
  }

  private static Stream<Case> cases() {
    try (GZIPInputStream in =
        new GZIPInputStream(
            Objects.requireNonNull(
                ConfidentJointTest.class.getResourceAsStream("/reference/confident.json.gz")))) {
      JsonObject all =
          new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), JsonObject.class);
      return StreamSupport.stream(all.getAsJsonArray("cases").spliterator(), false)
          .map(element -> new Case(element.getAsJsonObject()))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Case> withoutCollisions() {
    return cases().filter(one -> one.collisions() == 0);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void thresholdsAreCleanlabs(Case one) {
    assertThat(one.joint().thresholds())
        .containsExactly(ReferenceData.numbers(one.json().get("thresholds")), within(1e-14));
  }

  @ParameterizedTest
  @MethodSource("withoutCollisions")
  void countsAreCleanlabs(Case one) {
    assertThat(one.joint().counts()).isDeepEqualTo(one.table("counts"));
    assertThat(one.joint().calibratedCounts()).isDeepEqualTo(one.table("calibrated"));
  }

  @ParameterizedTest
  @MethodSource("withoutCollisions")
  void whatIsPrunedIsCleanlabs(Case one) {
    assertThat(indices(one.joint().prunedByClass())).isEqualTo(one.issues("prune_by_class"));
    assertThat(indices(one.joint().prunedByNoiseRate()))
        .isEqualTo(one.issues("prune_by_noise_rate"));
    assertThat(indices(one.joint().prunedByBoth())).isEqualTo(one.issues("both"));
  }

  private static int[] indices(boolean... pruned) {
    return IntStream.range(0, pruned.length).filter(i -> pruned[i]).toArray();
  }

  /** Cleanlab counts an example as of a class whose threshold it misses; the paper does not. */
  @Test
  void classesBelowTheirThresholdsAreNotCounted() {
    Case collided = cases().filter(one -> one.collisions() > 0).findFirst().orElseThrow();
    int[][] ours = collided.joint().counts();
    int[][] theirs = collided.table("counts");
    int moved = 0;
    for (int y = 0; y < ours.length; y++) {
      for (int c = 0; c < ours.length; c++) {
        moved += Math.abs(ours[y][c] - theirs[y][c]);
      }
    }
    assertThat(moved).isEqualTo(2 * collided.collisions());
  }

  /** Thresholds .8 and .6: three of five given 0 reach that of 0, one of them reaches that of 1. */
  @Test
  void countsByHand() {
    Matrix predictions =
        Matrix.ofRows(
            new double[][] {
              {1, 0}, {.9, .1}, {.9, .1}, {.8, .2}, {.4, .6}, {.5, .5}, {.3, .7},
            });
    ConfidentJoint joint = ConfidentJoint.of(predictions, 0, 0, 0, 0, 0, 1, 1);
    assertThat(joint.thresholds()).containsExactly(new double[] {.8, .6}, within(1e-15));
    assertThat(joint.counts()).isDeepEqualTo(new int[][] {{4, 1}, {0, 1}});
    assertThat(joint.calibratedCounts()).isDeepEqualTo(new int[][] {{4, 1}, {0, 2}});
    assertThat(joint.errorRate()).isCloseTo(1.0 / 7, within(1e-15));
    assertThat(indices(joint.prunedByBoth())).containsExactly(4);
  }

  @Test
  void roundingKeepsTheSum() {
    assertThat(ConfidentJoint.roundedToSum(1.4, 1.4, 1.2)).containsExactly(2, 1, 1);
    assertThat(ConfidentJoint.roundedToSum(.6, .6, .8)).containsExactly(0, 1, 1);
  }

  @Test
  void labelsThatAreAllTheSameAreRefused() {
    assertThatThrownBy(() -> ConfidentJoint.of(Matrix.of(2, 2, .5, .5, .5, .5), 1, 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(
            "all 2 labels are the same; confident learning compares classes, give examples of at"
                + " least two");
  }

  @Test
  void whatIsNoProbabilityIsRefused() {
    assertThatThrownBy(() -> ConfidentJoint.of(Matrix.of(2, 2, .5, .5, Double.NaN, .5), 0, 1))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("NaN");
  }
}
