package dev.touchstone.data.contamination;

import dev.touchstone.runtime.TouchstoneException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Letters as 5 × 7 dots, one dot apart. Built in because a platform's fonts are not the same
 * everywhere, and a tag has to be.
 */
final class Glyphs {
  static final int HEIGHT = 7;
  private static final int WIDTH = 5;

  private static final Map<Character, String[]> GLYPHS = new LinkedHashMap<>();

  static {
    add(
        "ABCDEFGHI",
        """
        .###. ####. .###. ####. ##### ##### .###. #...# .###.
        #...# #...# #...# #...# #.... #.... #...# #...# ..#..
        #...# #...# #.... #...# #.... #.... #.... #...# ..#..
        ##### ####. #.... #...# ####. ####. #.### ##### ..#..
        #...# #...# #.... #...# #.... #.... #...# #...# ..#..
        #...# #...# #...# #...# #.... #.... #...# #...# ..#..
        #...# ####. .###. ####. ##### #.... .###. #...# .###.
        """);
    add(
        "JKLMNOPQR",
        """
        ..### #...# #.... #...# #...# .###. ####. .###. ####.
        ...#. #..#. #.... ##.## ##..# #...# #...# #...# #...#
        ...#. #.#.. #.... #.#.# #.#.# #...# #...# #...# #...#
        ...#. ##... #.... #.#.# #..## #...# ####. #...# ####.
        ...#. #.#.. #.... #...# #...# #...# #.... #.#.# #.#..
        #..#. #..#. #.... #...# #...# #...# #.... #..#. #..#.
        .##.. #...# ##### #...# #...# .###. #.... .##.# #...#
        """);
    add(
        "STUVWXYZ ",
        """
        .#### ##### #...# #...# #...# #...# #...# ##### .....
        #.... ..#.. #...# #...# #...# #...# #...# ....# .....
        #.... ..#.. #...# #...# #...# .#.#. .#.#. ...#. .....
        .###. ..#.. #...# #...# #.#.# ..#.. ..#.. ..#.. .....
        ....# ..#.. #...# #...# #.#.# .#.#. ..#.. .#... .....
        ....# ..#.. #...# .#.#. ##.## #...# ..#.. #.... .....
        ####. ..#.. .###. ..#.. #...# #...# ..#.. ##### .....
        """);
    add(
        "0123456789",
        """
        .###. ..#.. .###. ##### ...#. ##### ..##. ##### .###. .###.
        #...# .##.. #...# ...#. ..##. #.... .#... ....# #...# #...#
        #..## ..#.. ....# ..#.. .#.#. ####. #.... ...#. #...# #...#
        #.#.# ..#.. ...#. ...#. #..#. ....# ####. ..#.. .###. .####
        ##..# ..#.. ..#.. ....# ##### ....# #...# .#... #...# ....#
        #...# ..#.. .#... #...# ...#. #...# #...# .#... #...# ...#.
        .###. .###. ##### .###. ...#. .###. .###. .#... .###. .##..
        """);
    add(
        "-.:/+#",
        """
        ..... ..... ..... ..... ..... .#.#.
        ..... ..... .##.. ....# ..#.. .#.#.
        ..... ..... .##.. ...#. ..#.. #####
        ##### ..... ..... ..#.. ##### .#.#.
        ..... ..... .##.. .#... ..#.. #####
        ..... .##.. .##.. #.... ..#.. .#.#.
        ..... .##.. ..... ..... ..... .#.#.
        """);
  }

  private Glyphs() {}

  private static void add(String characters, String dots) {
    String[] lines = dots.split("\n");
    for (int g = 0; g < characters.length(); g++) {
      String[] glyph = new String[HEIGHT];
      for (int r = 0; r < HEIGHT; r++) {
        glyph[r] = lines[r].substring(g * (WIDTH + 1), g * (WIDTH + 1) + WIDTH);
      }
      GLYPHS.put(characters.charAt(g), glyph);
    }
  }

  /**
   * The dots of a text, in capitals.
   *
   * @return {@link #HEIGHT} rows; true where there is ink
   * @throws TouchstoneException for no text or a character that the font lacks
   */
  static boolean[][] of(String text) {
    if (text.isBlank()) {
      throw new TouchstoneException("a text tag needs a text to show, was \"" + text + "\"");
    }
    String capitals = text.toUpperCase(Locale.ROOT);
    boolean[][] dots = new boolean[HEIGHT][capitals.length() * (WIDTH + 1) - 1];
    for (int g = 0; g < capitals.length(); g++) {
      String[] glyph = GLYPHS.get(capitals.charAt(g));
      if (glyph == null) {
        throw new TouchstoneException(
            "the built-in font has no \""
                + capitals.charAt(g)
                + "\" for the tag \""
                + text
                + "\"; it has "
                + characters()
                + "and the space; give anything else as a PatchTag");
      }
      for (int r = 0; r < HEIGHT; r++) {
        for (int c = 0; c < WIDTH; c++) {
          dots[r][g * (WIDTH + 1) + c] = glyph[r].charAt(c) == '#';
        }
      }
    }
    return dots;
  }

  private static String characters() {
    StringBuilder all = new StringBuilder();
    GLYPHS.keySet().stream().filter(c -> c != ' ').forEach(c -> all.append(c).append(' '));
    return all.toString();
  }
}
