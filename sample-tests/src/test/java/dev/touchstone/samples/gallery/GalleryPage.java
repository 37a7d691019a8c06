package dev.touchstone.samples.gallery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Prints what a {@code gallery.csv} holds as the table of docs/results/gallery.md. */
public final class GalleryPage {
  private GalleryPage() {}

  /** Reads the file of a full run: {@code GalleryPage FILE}. */
  public static void main(String[] arguments) throws IOException {
    Matrix matrix = Matrix.read();
    List<Row> rows;
    try (var lines = Files.lines(Path.of(arguments[0]))) {
      rows = lines.skip(1).map(line -> Row.ofCsv(line, matrix)).toList();
    }
    System.out.printf(
        "%d seeds, %d verdicts.%n%n%s",
        rows.stream().mapToLong(Row::seed).distinct().count(),
        rows.size(),
        new Tally(rows).toMarkdown());
  }
}
