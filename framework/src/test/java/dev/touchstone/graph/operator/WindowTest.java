package dev.touchstone.graph.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import dev.touchstone.data.Tensor;
import dev.touchstone.graph.onnx.OnnxBuilder;
import dev.touchstone.graph.onnx.OnnxFile;
import dev.touchstone.runtime.TouchstoneException;
import java.util.List;
import org.junit.jupiter.api.Test;

class WindowTest {

  private static Window window(long stride, long dilation, long pad) {
    return new Window(
        new long[] {stride}, new long[] {dilation}, new long[] {pad, pad}, "NOTSET", false);
  }

  @Test
  void noStepIsLongerThanWhatItActsOn() {
    Shape x = new Shape(2, 4, 10);
    // A padded length of 14 leaves room for windows of five at 0 to 9.
    Window.Steps long5 = window(1 << 20, 1, 2).steps(x, new Shape(5));
    assertThat(long5.strides()).isEqualTo(new Shape(10));
    assertThat(window(3, 2, 2).steps(x, new Shape(5)).strides()).isEqualTo(new Shape(3));
    assertThat(window(3, 2, 2).steps(x, new Shape(5)).dilations()).isEqualTo(new Shape(2));
    Window.Steps one = window(7, 1 << 20, 0).steps(x, new Shape(1));
    assertThat(one.dilations()).isEqualTo(new Shape(1));
    assertThat(one.strides()).isEqualTo(new Shape(7));
  }

  @Test
  void aConvolutionOfOneWindowAndOneWhoseWindowsLieInThePadding() {
    float[] kernel = {1, 10, 100};
    float[] x = {1, 2, 3, 4};
    // 1 + 10 × 2 + 100 × 3, once.
    assertThat(convolved(x, kernel, 50, 0)).containsExactly(321);
    // Of 0 0 0 0 1 2 3 4 0 0 0 0, those at 0, 2, 4, 6 and 8.
    assertThat(convolved(x, kernel, 2, 4)).containsExactly(0, 100, 321, 43, 0);
  }

  private static double[] convolved(float[] x, float[] kernel, long stride, long pad) {
    byte[] file =
        new OnnxBuilder()
            .opset(17)
            .input("x", 0, 1, x.length)
            .weights("W", kernel, 1, 1, kernel.length)
            .node(
                "Conv",
                List.of("x", "W"),
                "c",
                OnnxBuilder.attribute("strides", new long[] {stride}),
                OnnxBuilder.attribute("pads", new long[] {pad, pad}))
            .node("Flatten", List.of("c"), "y")
            .output("y", 0, 0)
            .bytes();
    return OnnxFile.of(file, "conv.onnx").whiteBox("cpu").outputs(Tensor.of(x, 1, 1, x.length))[0];
  }

  @Test
  void aPoolingWindowThatReachesOverItsInputIsRefused() {
    byte[] file =
        new OnnxBuilder()
            .opset(22)
            .input("x", 0, 1, 4)
            .node(
                "MaxPool",
                List.of("x"),
                "p",
                OnnxBuilder.attribute("kernel_shape", new long[] {3}),
                OnnxBuilder.attribute("dilations", new long[] {3}))
            .node("Flatten", List.of("p"), "y")
            .output("y", 0, 0)
            .bytes();
    OnnxFile pool = OnnxFile.of(file, "pool.onnx");

    assertThatThrownBy(() -> pool.whiteBox("cpu").outputs(Tensor.of(new float[4], 1, 1, 4)))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageContaining("reaches over 7 numbers of axis 2, which has 4, padding included");
  }
}
