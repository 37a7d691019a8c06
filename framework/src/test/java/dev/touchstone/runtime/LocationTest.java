package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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

  @Test
  void aFolderGivenAsAFileIsCalledOne(@TempDir Path folder) throws IOException {
    Path data = Files.createDirectory(folder.resolve("data.csv"));
    Files.writeString(data.resolve("a"), "its listing would be read");

    assertThatThrownBy(() -> Location.of(data.toString()).read(100))
        .isInstanceOf(TouchstoneException.class)
        .hasMessage(data + " is a folder; give one of the files in it");
    assertThatThrownBy(() -> Location.of("classpath:reference").open())
        .isInstanceOf(TouchstoneException.class)
        .hasMessage("classpath:reference is a folder; give one of the files in it");
  }

  @Test
  void aDeviceIsNoFile() {
    assumeTrue(Files.exists(Path.of("/dev/null")));

    assertThatThrownBy(() -> Location.of("/dev/null").read(100))
        .isInstanceOf(TouchstoneException.class)
        .hasMessageStartingWith("/dev/null is a device, a pipe or a socket")
        .hasMessageEndingWith("copy what it delivers into a file, and give that");
  }

  @Test
  void aLinkToAFileIsRead(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.onnx"), "model");
    Path link = Files.createSymbolicLink(folder.resolve("link.onnx"), file);

    assertThat(Location.of(link.toString()).read(10)).asString().isEqualTo("model");
  }
}
