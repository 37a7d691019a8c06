package dev.touchstone.data.image;

import dev.touchstone.facts.Fact;

/** Something that is done to every image. */
sealed interface ImageStep {

  Pixels of(Pixels image);

  /** The height and width of what becomes of an image of that size. */
  default Size sizeOf(Size size) {
    return size;
  }

  /** What provenance says of it. */
  Fact fact();

  /** To a height and a width, whatever the image's were. */
  record Resize(Size to, Resampling by) implements ImageStep {
    @Override
    public Pixels of(Pixels image) {
      return by.resized(image, to.height(), to.width());
    }

    @Override
    public Size sizeOf(Size size) {
      return to;
    }

    @Override
    public Fact fact() {
      return new Fact("resized", to + ", " + by);
    }
  }

  /**
   * In proportion, until the shorter side has a length; the longer one's is cut to whole pixels.
   */
  record ShorterSide(int length, Resampling by) implements ImageStep {
    @Override
    public Pixels of(Pixels image) {
      Size to = sizeOf(new Size(image.height(), image.width()));
      return by.resized(image, to.height(), to.width());
    }

    @Override
    public Size sizeOf(Size size) {
      double shorter = Math.min(size.height(), size.width());
      return new Size(
          size.height() <= size.width()
              ? length
              : (int) ((double) length * size.height() / shorter),
          size.width() <= size.height()
              ? length
              : (int) ((double) length * size.width() / shorter));
    }

    @Override
    public Fact fact() {
      return new Fact("resized", "shorter side to " + length + ", " + by);
    }
  }

  /**
   * The middle.
   *
   * @param down of two middles the upper left one; else the one at an even number of pixels
   */
  record CentreCrop(Size to, boolean down) implements ImageStep {
    @Override
    public Pixels of(Pixels image) {
      int top = half(image.height() - to.height());
      int left = half(image.width() - to.width());
      return image.arranged(
          to.height(),
          to.width(),
          i -> (top + i / to.width()) * image.width() + left + i % to.width());
    }

    @Override
    public Size sizeOf(Size size) {
      if (size.height() < to.height() || size.width() < to.width()) {
        throw new IllegalArgumentException(
            "is %s where %s are cut out of its middle; resize it before, such as .resizedToShorterSide(%d)"
                .formatted(size, to, Math.max(to.height(), to.width())));
      }
      return to;
    }

    @Override
    public Fact fact() {
      return new Fact("cropped", to + " in the centre" + (down ? ", rounded down" : ""));
    }

    private int half(int pixels) {
      return down ? pixels / 2 : (int) Math.rint(pixels / 2.0);
    }

    /** As one writes it. */
    String code() {
      return ".centreCropped%s(%s)".formatted(down ? "RoundingDown" : "", to.code());
    }
  }

  /** One channel of three, as Pillow's {@code convert("L")}: weights in 65536ths, rounded. */
  record Grey() implements ImageStep {
    private static final int BITS = 16;
    private static final int RED = 19595;
    private static final int GREEN = 38470;
    private static final int BLUE = 7471;

    @Override
    public Pixels of(Pixels image) {
      if (image.channels() == 1) {
        return image;
      }
      int size = image.height() * image.width();
      if (!image.isWhole()) {
        float[] luma = new float[size];
        for (int i = 0; i < size; i++) {
          double sum =
              RED * (double) image.sample(i, 0)
                  + GREEN * (double) image.sample(i, 1)
                  + BLUE * (double) image.sample(i, 2);
          luma[i] = (float) (sum / (1 << BITS));
        }
        return Pixels.ofNumbers(image.height(), image.width(), 1, luma);
      }
      byte[] from = image.bytes();
      byte[] luma = new byte[size];
      for (int i = 0; i < size; i++) {
        int sum =
            RED * (from[3 * i] & 0xff)
                + GREEN * (from[3 * i + 1] & 0xff)
                + BLUE * (from[3 * i + 2] & 0xff);
        luma[i] = (byte) (sum + (1 << (BITS - 1)) >> BITS);
      }
      return Pixels.of(image.height(), image.width(), 1, luma);
    }

    @Override
    public Fact fact() {
      return new Fact("made grey", "0.299 red + 0.587 green + 0.114 blue, rounded");
    }
  }
}
