package dev.touchstone.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir Path directory;

  @Test
  void takesThePlaceOfWhatIsThere() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    WholeFile.write(file, writer -> writer.write("new"));
    assertThat(file).hasContent("new");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void whatFailsLeavesTheLastGoodFileAndNothingElse() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    assertThatThrownBy(
            () ->
                WholeFile.write(
                    file,
                    writer -> {
                      writer.write("half");
                      throw new InternalError("no fonts");
                    }))
        .isInstanceOf(InternalError.class);
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("file");
  }

  @Test
  void whatCannotBeMovedIntoPlaceLeavesNothing() throws IOException {
    Files.createDirectories(directory.resolve("file").resolve("in the way"));
    assertThatThrownBy(() -> WholeFile.write(directory.resolve("file"), w -> w.write("new")))
        .isInstanceOf(IOException.class);
    assertThat(names()).containsExactly("file");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).toList();
    }
  }
}
