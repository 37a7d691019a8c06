package dev.touchstone.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.Locale;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;

class JavaReaderTest {

  /** As a library of readers on the class path registers itself: it reads PNG before the JDK. */
  private static final class Foreign extends ImageReaderSpi {
    Foreign() {
      super(
          "someone",
          "1",
          new String[] {"png", "PNG"},
          new String[] {"png"},
          new String[] {"image/png"},
          "com.acme.Reader",
          new Class<?>[] {ImageInputStream.class},
          null,
          false,
          null,
          null,
          null,
          null,
          false,
          null,
          null,
          null,
          null);
    }

    @Override
    public boolean canDecodeInput(Object source) {
      return false;
    }

    @Override
    public ImageReader createReaderInstance(Object extension) {
      throw new AssertionError("asked to read");
    }

    @Override
    public String getDescription(Locale locale) {
      return "a reader of someone's";
    }
  }

  @Test
  void readersOfOtherLibrariesAreNotAsked() throws Exception {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    Foreign foreign = new Foreign();
    registry.registerServiceProvider(foreign, ImageReaderSpi.class);
    try {
      byte[] file = Files.readAllBytes(Expected.file("rgb.png"));
      assertThat((int) JavaReader.ask("png", file, reader -> reader.getWidth(0))).isEqualTo(21);
    } finally {
      registry.deregisterServiceProvider(foreign, ImageReaderSpi.class);
    }
  }
}
