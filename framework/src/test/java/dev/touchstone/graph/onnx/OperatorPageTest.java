package dev.touchstone.graph.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The page on operators says what the tables say. To write it anew, run this test with {@code
 * -Dpage.write=true}.
 */
class OperatorPageTest {
  private static final Path PAGE = Path.of("../docs/onnx-operators.md");

  @Test
  void thePageIsWhatTheTablesSay() throws IOException {
    String page = OperatorPage.text();
    if (Boolean.getBoolean("page.write")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE))
        .as("docs/onnx-operators.md is stale: run OperatorPageTest with" + " -Dpage.write=true")
        .isEqualTo(page);
  }
}
