package dev.touchstone.attribution.perturbation;

import boofcv.abst.segmentation.ImageSuperpixels;
import boofcv.factory.segmentation.ConfigFh04;
import boofcv.factory.segmentation.ConfigSlic;
import boofcv.factory.segmentation.FactoryImageSegmentation;
import boofcv.struct.image.GrayF32;
import boofcv.struct.image.GrayS32;
import boofcv.struct.image.ImageType;
import boofcv.struct.image.Planar;
import java.util.HashMap;
import java.util.Map;

/** The only class that knows BoofCV, which may be missing. */
final class BoofSegments {
  private BoofSegments() {}

  /**
   * Segments an image.
   *
   * @param values channel by channel, from 0 to 255
   * @param shape channels, height, width
   * @return the number of each pixel's segment, counted from 0 without gaps
   */
  static int[] of(Superpixels.Method method, float[] values, int... shape) {
    int height = shape[1];
    int width = shape[2];
    Planar<GrayF32> image = new Planar<>(GrayF32.class, width, height, shape[0]);
    for (int c = 0; c < shape[0]; c++) {
      System.arraycopy(values, c * height * width, image.getBand(c).data, 0, height * width);
    }
    GrayS32 segments = new GrayS32(width, height);
    superpixels(method, ImageType.pl(shape[0], GrayF32.class)).segment(image, segments);
    // A number may be left without a pixel where regions were merged.
    Map<Integer, Integer> numbers = new HashMap<>();
    int[] division = new int[height * width];
    for (int i = 0; i < division.length; i++) {
      division[i] = numbers.computeIfAbsent(segments.data[i], unseen -> numbers.size());
    }
    return division;
  }

  private static ImageSuperpixels<Planar<GrayF32>> superpixels(
      Superpixels.Method method, ImageType<Planar<GrayF32>> type) {
    if (method instanceof Superpixels.Method.Slic slic) {
      return FactoryImageSegmentation.slic(new ConfigSlic(slic.number()), type);
    }
    Superpixels.Method.Felzenszwalb merged = (Superpixels.Method.Felzenszwalb) method;
    return FactoryImageSegmentation.fh04(
        new ConfigFh04((float) merged.scale(), merged.fewest()), type);
  }
}
