package dev.touchstone.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * The evidence as the page holds it. What fits into {@value #MOST_LAID_OUT} characters is laid out
 * at once, the gravest first, and read without any script. Of larger runs the rest lies compressed
 * in the page, a tenth as large, until it is needed: a browser would wait for what nobody looks at.
 *
 * @param laidOut sheets as markup
 * @param packed the others
 */
record Packs(List<String> laidOut, List<Pack> packed) {
  static final int MOST_LAID_OUT = 2_000_000;
  private static final int SHEETS_A_PACK = 40;

  /** One sheet that was rendered. */
  record Rendered(String id, String markup) {}

  /**
   * Some sheets.
   *
   * @param ids theirs, separated by blanks
   * @param content their markup, compressed by gzip, in Base64
   */
  record Pack(String ids, String content) {}

  static Packs of(List<Rendered> sheets, int mostLaidOut) {
    List<String> laidOut = new ArrayList<>();
    List<Rendered> rest = new ArrayList<>();
    int characters = 0;
    for (Rendered sheet : sheets) {
      characters += sheet.markup().length();
      if (characters <= mostLaidOut) {
        laidOut.add(sheet.markup());
      } else {
        rest.add(sheet);
      }
    }
    List<Pack> packed = new ArrayList<>();
    for (int from = 0; from < rest.size(); from += SHEETS_A_PACK) {
      packed.add(pack(rest.subList(from, Math.min(rest.size(), from + SHEETS_A_PACK))));
    }
    return new Packs(laidOut, packed);
  }

  private static Pack pack(List<Rendered> sheets) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      for (Rendered sheet : sheets) {
        gzip.write(sheet.markup().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the evidence could not be compressed", e);
    }
    return new Pack(
        String.join(" ", sheets.stream().map(Rendered::id).toList()),
        Base64.getEncoder().encodeToString(bytes.toByteArray()));
  }
}
