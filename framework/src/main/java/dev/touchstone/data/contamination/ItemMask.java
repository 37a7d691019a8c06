package dev.touchstone.data.contamination;

import dev.touchstone.data.Dataset;
import dev.touchstone.runtime.TouchstoneException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Where the item is in an image; everything else is background. */
public interface ItemMask {

  /** Describes it in few words; stands for the mask in descriptions. */
  String describe();

  /**
   * Returns the mask for the images of a data set.
   *
   * @throws TouchstoneException if they are no images, or a mask is missing
   */
  Fitted fitTo(Dataset data);

  /** A mask and the data that it was fitted to; immutable. */
  interface Fitted {

    /**
     * Returns the item's pixels.
     *
     * @param example the image's index in the data
     * @param features the image, channel by channel, row-major; unchanged by this
     * @return one entry per pixel, row-major
     */
    boolean[] of(int example, float[] features);
  }

  /** Says that the item is where any channel is above a value: for items on a dark background. */
  static ItemMask above(float value) {
    return new ItemMask() {
      @Override
      public String describe() {
        return "pixels above " + value;
      }

      @Override
      public Fitted fitTo(Dataset data) {
        ImageShape image = ImageShape.of(data, "ItemMask");
        return (example, features) -> {
          boolean[] item = new boolean[image.pixels()];
          for (int i = 0; i < features.length; i++) {
            item[i % item.length] |= features[i] > value;
          }
          return item;
        };
      }
    };
  }

  /**
   * Says that the item is where a mask image is not 0.
   *
   * @param masks grey images of the data's height and width, found by the examples' ids, so that
   *     they fit parts of the data too
   */
  static ItemMask from(Dataset masks) {
    return new ItemMask() {
      @Override
      public String describe() {
        return "masks #" + masks.sha256().substring(0, 8);
      }

      @Override
      public Fitted fitTo(Dataset data) {
        ImageShape image = ImageShape.of(data, "ItemMask");
        ImageShape mask = ImageShape.of(masks, "ItemMask");
        if (mask.channels() != 1
            || mask.height() != image.height()
            || mask.width() != image.width()) {
          throw new TouchstoneException(
              masks.name()
                  + " holds masks of the shape "
                  + Arrays.toString(masks.shape())
                  + ", and the images of "
                  + data.name()
                  + " are "
                  + image
                  + "; give grey masks of the same size");
        }
        int[] rows = rows(data);
        return (example, features) -> {
          float[] values = new float[mask.pixels()];
          masks.features().read(rows[example], values, 0);
          boolean[] item = new boolean[values.length];
          for (int i = 0; i < values.length; i++) {
            item[i] = values[i] != 0;
          }
          return item;
        };
      }

      private int[] rows(Dataset data) {
        Map<String, Integer> byId = new HashMap<>();
        for (int i = 0; i < masks.size(); i++) {
          byId.put(masks.id(i), i);
        }
        int[] rows = new int[data.size()];
        for (int i = 0; i < rows.length; i++) {
          Integer row = byId.get(data.id(i));
          if (row == null) {
            throw new TouchstoneException(
                masks.name()
                    + " holds no mask with the id \""
                    + data.id(i)
                    + "\" of an example of "
                    + data.name()
                    + "; masks and images are matched by id");
          }
          rows[i] = row;
        }
        return rows;
      }
    };
  }
}
