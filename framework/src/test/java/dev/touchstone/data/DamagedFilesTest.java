package dev.touchstone.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in a file: data, or a refusal that names the file, and nothing else. */
class DamagedFilesTest {
  private static final int DRAWS = 500;
  private static final String SPECIAL = "\",;\n\r{}[]:.-eE0#'\\ ";

  @TempDir Path folder;

  private void everyDamageIsReadOrRefused(byte[] whole, Function<String, Dataset> read)
      throws IOException {
    SplittableRandom random = new SplittableRandom(14);
    Path file = folder.resolve("damaged.file");
    int refused = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      byte[] damaged = whole.clone();
      for (int change = random.nextInt(1, 4); change > 0; change--) {
        int at = random.nextInt(damaged.length);
        switch (random.nextInt(4)) {
          case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
          case 1 -> damaged[at] = (byte) random.nextInt(256);
          case 2 -> damaged[at] = (byte) SPECIAL.charAt(random.nextInt(SPECIAL.length()));
          default -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
        }
      }
      Files.write(file, damaged);
      try {
        assertThat(read.apply(file.toString()).size()).isPositive();
      } catch (TouchstoneException e) {
        assertThat(e).hasMessageContaining("damaged.file");
        refused++;
      }
    }
    assertThat(refused).isBetween(DRAWS / 10, DRAWS - 1);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DamagedFilesTest.class.getResourceAsStream(name))) {
      return in.readAllBytes();
    }
  }

  @Test
  void tables() throws IOException {
    String text =
        "a,b,\"c, c\",name,y\n1,2.5e3,-3,\"x \"\"y\"\"\",0\n4,.5,6,\"z\nz\",1\n7,8,9,plain,0\n";
    everyDamageIsReadOrRefused(
        text.getBytes(StandardCharsets.UTF_8),
        file -> Datasets.csv(file).label("y").groups("name").allowingMissing().load());
    everyDamageIsReadOrRefused(
        "x;y\n1.234,5;0\n-2;1\n\"3\";0\n".getBytes(StandardCharsets.UTF_8),
        file -> Datasets.csv(file).delimiter(';').decimalComma().thousands('.').label("y").load());
  }

  @Test
  void linesOfJson() throws IOException {
    String text =
        "{\"a\": 1, \"t\": \"x\", \"b\": true, \"y\": \"no\"}\n"
            + "{\"a\": null, \"t\": \"é\", \"y\": \"yes\"}\n";
    everyDamageIsReadOrRefused(
        text.getBytes(StandardCharsets.UTF_8),
        file ->
            Datasets.jsonLines(file)
                .label("y")
                .bool("b")
                .text("t")
                .allColumns()
                .allowingMissing("")
                .load());
  }

  @Test
  void sparseLines() throws IOException {
    everyDamageIsReadOrRefused(
        "+1 1:0.5 3:-2e1 # first\n-1 2:7\n+1 1:1 2:2 3:3\n".getBytes(StandardCharsets.UTF_8),
        file -> Datasets.libsvm(file).oneBased(3).load());
  }

  @Test
  void arrays() throws IOException {
    everyDamageIsReadOrRefused(
        resource("/arrays/single.npy"),
        file -> Datasets.npy(file).label("classpath:arrays/five-labels.npy").load());
    everyDamageIsReadOrRefused(
        resource("/arrays/tokens.npz"),
        file ->
            Datasets.npz(file)
                .features("missing")
                .inputs("input_ids", "attention_mask")
                .label("y")
                .groups("job")
                .weight("cost")
                .allowingMissing()
                .load());
  }
}
