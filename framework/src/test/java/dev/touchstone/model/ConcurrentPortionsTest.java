package dev.touchstone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.touchstone.data.Inputs;
import dev.touchstone.data.Tensor;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConcurrentPortionsTest {
  private static final Inputs COUNTED = counted(1_000);

  private static Inputs counted(int rows) {
    float[] values = new float[rows];
    for (int i = 0; i < rows; i++) {
      values[i] = i;
    }
    return Inputs.of(Tensor.of(values, rows, 1));
  }

  private static double[][] twice(Inputs portion) {
    return IntStream.range(0, portion.rows())
        .mapToObj(i -> new double[] {2 * portion.features().row(i)[0]})
        .toArray(double[][]::new);
  }

  @Test
  void theRowsAreInTheirOrderWhoeverMadeThem() {
    double[][] rows = ConcurrentPortions.apply(COUNTED, 64, ConcurrentPortionsTest::twice);

    assertThat(Arrays.stream(rows).mapToDouble(row -> row[0]).toArray())
        .containsExactly(IntStream.range(0, 1_000).mapToDouble(i -> 2 * i).toArray());
  }

  /** Else rounding would depend on how many processors there are. */
  @Test
  void thePortionsAreTheSameOnEveryMachine() {
    List<Integer> sizes = new CopyOnWriteArrayList<>();

    ConcurrentPortions.apply(
        COUNTED,
        300,
        portion -> {
          sizes.add(portion.rows());
          return twice(portion);
        });

    assertThat(sizes).containsExactlyInAnyOrder(300, 300, 300, 100);
  }

  @Test
  void severalAreAskedAtATime() throws Exception {
    assumeThat(Runtime.getRuntime().availableProcessors()).isGreaterThan(1);
    CountDownLatch two = new CountDownLatch(2);

    double[][] rows =
        ConcurrentPortions.apply(
            counted(2),
            1,
            portion -> {
              two.countDown();
              try {
                assertThat(two.await(30, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return twice(portion);
            });

    assertThat(rows).isDeepEqualTo(new double[][] {{0}, {2}});
  }

  @Test
  void thePortionThatFailsIsTold() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(
            () ->
                ConcurrentPortions.apply(
                    COUNTED,
                    10,
                    portion -> {
                      if (portion.features().row(0)[0] == 500) {
                        throw new TouchstoneException("the 51st");
                      }
                      return twice(portion);
                    }))
        .withMessage("the 51st");
  }

  /** Whoever hangs in a portion is interrupted with the test. */
  @Test
  void aTestThatIsInterruptedInterruptsAllThatHelp() throws Exception {
    int workers = Math.min(4, Runtime.getRuntime().availableProcessors());
    CountDownLatch hanging = new CountDownLatch(workers);
    CountDownLatch interrupted = new CountDownLatch(workers);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread test =
        new Thread(
            () -> {
              try {
                ConcurrentPortions.apply(
                    counted(4),
                    1,
                    portion -> {
                      hanging.countDown();
                      try {
                        Thread.sleep(60_000);
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                        Thread.currentThread().interrupt();
                        throw new TouchstoneException("interrupted", e);
                      }
                      return twice(portion);
                    });
              } catch (TouchstoneException e) {
                thrown.set(e);
              }
            });
    test.start();
    assertThat(hanging.await(30, TimeUnit.SECONDS)).isTrue();

    test.interrupt();

    assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
    test.join(30_000);
    assertThat(thrown.get()).hasMessageContaining("interrupted");
  }
}
