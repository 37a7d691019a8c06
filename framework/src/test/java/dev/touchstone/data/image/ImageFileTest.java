package dev.touchstone.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.touchstone.runtime.TouchstoneException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFileTest {
  private static final ImageSteps COLOURS = ImageSteps.NONE.ignoringTransparency();

  /** Which files are refused, whatever Pillow reads in them, and how that begins. */
  private static final Map<String, String> REFUSED =
      Map.of(
          "grey-16.png", "has 16 bits a sample, which training libraries read differently",
          "rgb-16.png", "has 16 bits a sample, which training libraries read differently",
          "animated.gif", "is a GIF image of 2 frames; export the picture that is meant as PNG",
          "photo.webp", "is a WebP image, whatever its name says; remove it, or make a PNG of it",
          "webp.jpg", "is a WebP image, whatever its name says; remove it, or make a PNG of it",
          "photo.tif", "is a TIFF image, whatever its name says; remove it, or make a PNG of it");

  private static ImageFile read(String name) {
    return ImageFile.read(Expected.file(name), name);
  }

  private static byte[] bytes(Pixels image) {
    float[] planes = new float[3 * image.height() * image.width()];
    image.write(3, false, planes, 0);
    byte[] rgb = new byte[planes.length];
    int size = image.height() * image.width();
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (int) planes[i % 3 * size + i / 3];
    }
    return rgb;
  }

  private static int largestDifference(byte[] a, byte[] b) {
    int largest = a.length == b.length ? 0 : 999;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      largest = Math.max(largest, Math.abs((a[i] & 0xff) - (b[i] & 0xff)));
    }
    return largest;
  }

  /** The first bytes of files that Pillow 13.0.0 wrote, and of JPEG XL's two forms. */
  @ParameterizedTest
  @CsvSource({
    "49492b00080000001000, a TIFF image",
    "4d4d002a000000080000, a TIFF image",
    "0000000c6a5020200d0a, a JPEG 2000 image",
    "0000002066747970617669660000, an AVIF image",
    "0000000c4a584c200d0a, a JPEG XL image",
    "ff0a fa, a JPEG XL image",
    "00000100010010100000, an icon",
    "50360a31362031360a32, a Netpbm image",
    "716f6966000000100000, 'no PNG, JPEG, BMP or GIF image'"
  })
  void whatElseLiesAmongImagesIsNamed(String hex, String name) {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    assertThatThrownBy(() -> ImageFile.of(bytes, "a.png"))
        .hasMessage(
            "a.png is %s, whatever its name says; remove it, or make a PNG of it as the model's trainer read it, in Python Image.open(file).convert(\"RGB\").save(\"….png\")"
                .formatted(name));
  }

  @Test
  void everyFileIsReadAsPillowReadsItOrRefused() {
    List<String[]> rows = Expected.rows("decoded.csv.gz");
    assertThat(rows).hasSizeGreaterThan(60);
    SoftAssertions softly = new SoftAssertions();
    for (String[] row : rows) {
      if (REFUSED.containsKey(row[0])) {
        softly
            .assertThatThrownBy(() -> read(row[0]).pixels(COLOURS))
            .as(row[0])
            .isInstanceOf(TouchstoneException.class)
            .hasMessageStartingWith(row[0] + " " + REFUSED.get(row[0]));
        continue;
      }
      softly
          .assertThatCode(
              () -> {
                Pixels image = read(row[0]).pixels(COLOURS);
                byte[] expected = HexFormat.of().parseHex(row[4]);
                assertThat(image.height() + " × " + image.width())
                    .isEqualTo(row[2] + " × " + row[3]);
                assertThat(largestDifference(bytes(image), expected)).isZero();
              })
          .as(row[0])
          .doesNotThrowAnyException();
    }
    softly.assertAll();
  }

  @Test
  void imagesAreTurnedAsPillowTurnsThemWhereThatIsSaid() {
    int turned = 0;
    for (String[] row : Expected.rows("decoded.csv.gz")) {
      if (REFUSED.containsKey(row[0])) {
        continue;
      }
      ImageSteps upright = COLOURS.turningUpright();
      ImageFile file = read(row[0]);
      assertThat(file.isTurned()).as(row[0]).isEqualTo(!row[7].isEmpty());
      assertThat(file.size(upright)).as(row[0]).hasToString(row[5] + " × " + row[6]);
      if (!row[7].isEmpty()) {
        turned++;
        assertThat(bytes(file.pixels(upright)))
            .as(row[0])
            .containsExactly(HexFormat.of().parseHex(row[7]));
      }
    }
    assertThat(turned).isEqualTo(9);
  }

  @Test
  void whatIsTransparentIsRefusedUnlessThatIsLeftOut() {
    for (String[] row : Expected.rows("decoded.csv.gz")) {
      if (row[1].equals("True")) {
        assertThatExceptionOfType(TouchstoneException.class)
            .as(row[0])
            .isThrownBy(() -> read(row[0]).pixels(ImageSteps.NONE))
            .withMessage(
                row[0]
                    + " is transparent; flatten it onto a background, or write"
                    + " .ignoringTransparency(), as Pillow's convert(\"RGB\") does");
      } else if (!REFUSED.containsKey(row[0])) {
        assertThat(read(row[0]).pixels(ImageSteps.NONE).width()).isPositive();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "profile.jpg, true",
    "grey-profile.jpg, true",
    "profile.png, true",
    "plain.jpg, false"
  })
  void profilesAreMet(String file, boolean profile) {
    assertThat(read(file).hasProfile()).isEqualTo(profile);
  }

  @Test
  void aCutJpegIsRefusedAndNotFilledWithGrey() {
    assertThatExceptionOfType(TouchstoneException.class)
        .isThrownBy(() -> read("cut.jpg").pixels(COLOURS))
        .withMessageStartingWith("cut.jpg cannot be decoded: ")
        .withMessageEndingWith("; is it truncated, or damaged? Fetch or export it again");
  }
}
