package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationTest {

  @Test
  void aFileIsFoundByItsPathAndByItsUri(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.onnx"), "model");
    assertThat(Location.of(file.toString()).read(10)).asString().isEqualTo("model");
    assertThat(Location.of(file.toUri().toString()).fileName()).isEqualTo("a.onnx");
  }

  @Test
  void aRelativeUriIsRefusedWithTheCure() {
    assertThatThrownBy(() -> Location.of("file:models/a.onnx"))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("\"file:models/a.onnx\" is no usable location: ")
        .hasMessageEndingWith(
            "; write a path without \"file:\", relative to the working directory, or file:///…"
                + " with an absolute one");
  }

  @Test
  void anEmptyLocationIsRefused() {
    assertThatThrownBy(() -> Location.of(" "))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("an empty location");
  }
}
