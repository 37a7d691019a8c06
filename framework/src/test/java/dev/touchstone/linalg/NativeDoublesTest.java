package dev.touchstone.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NativeDoublesTest {

  @Test
  void closingADesignMatrixFreesAllThatItHad() {
    Matrix x = DenseAlgebraTest.random(3000, 40, "x");
    long before = NativeDoubles.live();
    DesignMatrix design = DenseAlgebra.onNativeLibraries().design(RowSource.of(x));
    assertThat(NativeDoubles.live()).isGreaterThanOrEqualTo(before + 3000 * 40 * Double.BYTES);
    design.product(Matrix.zeros(40, 3));
    design.crossProduct(Matrix.zeros(3000, 2));
    design.grams(Matrix.zeros(3000, 4));
    design.quadraticForms(Matrix.identity(40));
    design.close();
    assertThat(NativeDoubles.live()).isEqualTo(before);
  }

  /** JavaCPP's own limit is four times the heap, whatever else the process holds. */
  @Test
  void aSmallHeapBesideMuchNativeMemoryIsNoReasonToFail() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx48m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Multiplies.class.getName()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains("product: 6.0");
  }

  /** Holds 320 MiB, as a process with PyTorch does, and multiplies. */
  static final class Multiplies {
    private Multiplies() {}

    public static void main(String[] arguments) {
      DenseAlgebra algebra = DenseAlgebra.onNativeLibraries();
      double[] megabyte = new double[1 << 17];
      try (NativeDoubles much = new NativeDoubles(320L << 17)) {
        for (long at = 0; at < 320; at++) {
          much.pointer.getPointer(at << 17).put(megabyte, 0, megabyte.length);
        }
        try (DesignMatrix design = algebra.design(RowSource.of(Matrix.of(1, 1, 2)))) {
          System.out.println("product: " + design.product(Matrix.of(1, 1, 3)).get(0, 0));
        }
      }
    }
  }
}
