package dev.touchstone.data;

import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * PNG and JPEG images in one sub-folder per class. Immutable.
 *
 * <p>The classes are the sub-folders, in the order that is {@linkplain #classes declared}; without
 * one in numeric order if all of their names are numbers, and else alphabetically, which the
 * message of a failing claim says. An example's id is its path below the folder, and features are
 * {@code [channels, height, width]} from 0 to 255, red, green, blue unless {@linkplain #grey()
 * grey}. Images are decoded where they are read and never all held in memory.
 */
public final class ImageFolder {
  private final Location folder;
  private final int channels;
  private final int @Nullable [] size;

  /** In the order of the model's outputs; empty for the sub-folders that there are. */
  private final List<String> declared;

  private ImageFolder(Location folder, int channels, int @Nullable [] size, List<String> declared) {
    this.folder = folder;
    this.channels = channels;
    this.size = size;
    this.declared = declared;
  }

  static ImageFolder of(Location folder) {
    return new ImageFolder(folder, 3, null, List.of());
  }

  /**
   * Declares the classes, which are the names of sub-folders, in the order of the model's outputs.
   * A class may have no sub-folder here; a sub-folder that is no class is refused.
   *
   * @throws IllegalArgumentException for fewer than two classes, or one given twice
   */
  public ImageFolder classes(String... names) {
    List<String> order = List.of(names);
    if (order.size() < 2 || order.stream().distinct().count() < order.size()) {
      throw new IllegalArgumentException(
          "expected two different classes at least, each once, and was given " + order);
    }
    return new ImageFolder(folder, channels, size, order);
  }

  /** Returns one channel: the luma {@code 0.299 R + 0.587 G + 0.114 B} of coloured images. */
  public ImageFolder grey() {
    return new ImageFolder(folder, 1, size, declared);
  }

  /**
   * Resizes every image, bilinearly between pixel centres and without smoothing, as PyTorch's
   * {@code interpolate(mode="bilinear", align_corners=False)} does. Without it images of different
   * sizes are refused.
   */
  public ImageFolder resizedTo(int height, int width) {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("an image has no " + height + " × " + width + " pixels");
    }
    return new ImageFolder(folder, channels, new int[] {height, width}, declared);
  }

  /**
   * Looks at every file's header, and decodes each image once to check and hash it.
   *
   * @throws TouchstoneException if there are no sub-folders or no images in one, one is a link or
   *     holds folders, a file is no image, too large, transparent or a link, or sizes differ
   */
  public Dataset load() {
    Path root =
        folder
            .path()
            .filter(Files::isDirectory)
            .orElseThrow(
                () ->
                    new TouchstoneException(
                        folder
                            + " is no folder on disk; expected one with a sub-folder per class"));
    try {
      return load(root);
    } catch (IOException e) {
      throw new TouchstoneException(folder + " could not be read: " + e.getMessage(), e);
    }
  }

  private Dataset load(Path root) throws IOException {
    List<Path> classes = visible(root, true);
    for (Path file : visible(root, false)) {
      if (Files.isDirectory(file)) {
        throw new TouchstoneException(
            folder
                + ": the class "
                + file.getFileName()
                + " is a link to a folder, and would be left out; put the folder itself there");
      }
    }
    if (classes.isEmpty()) {
      throw new TouchstoneException(
          folder + " has no sub-folders; expected one per class, with its images inside");
    }
    List<String> folders = classes.stream().map(c -> c.getFileName().toString()).toList();
    ClassOrder order =
        declared.isEmpty()
            ? ClassOrder.of(folder + ", sub-folders", folders)
            : new ClassOrder(declared, false);
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path ofClass : classes) {
      List<Path> inner = visible(ofClass, true);
      if (!inner.isEmpty()) {
        throw new TouchstoneException(
            folder
                + ": the class "
                + ofClass.getFileName()
                + " holds the folder "
                + inner.get(0).getFileName()
                + ", whose images would be left out; put them beside the others, or remove it");
      }
      List<Path> images = visible(ofClass, false);
      if (images.isEmpty()) {
        throw new TouchstoneException(
            folder + ": the class " + ofClass.getFileName() + " has no images; remove its folder");
      }
      for (Path image : images) {
        checkName(root, image);
        files.add(image);
        labels.add(index(order, ofClass));
      }
    }
    Dataset.Builder builder =
        Dataset.named(folder.fileName())
            .features(ImageFeatures.of(root, files, channels, size))
            .ids(files.stream().map(file -> id(root, file)).toList())
            .labels(labels.stream().mapToInt(Integer::intValue).toArray())
            .classNames(order.names())
            .prepared("channels", channels == 1 ? "grey" : "red, green, blue");
    if (declared.isEmpty()) {
      order
          .guess(
              "declare them in the order of the model's outputs, Datasets.imageFolder(…)"
                  + ".classes(\"…\", …)")
          .ifPresent(how -> builder.classesTaken(how));
    }
    if (size != null) {
      builder.prepared("resized", size[0] + " × " + size[1] + ", bilinear");
    }
    return builder.build();
  }

  private int index(ClassOrder order, Path ofClass) {
    String name = ofClass.getFileName().toString();
    int index = order.names().indexOf(name);
    if (index < 0) {
      throw new TouchstoneException(
          folder
              + ": the sub-folder \""
              + name
              + "\" is none of the declared classes "
              + order.names()
              + "; correct its name or .classes(…)");
    }
    return index;
  }

  private static List<Path> visible(Path directory, boolean folders) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children
          .filter(child -> !child.getFileName().toString().startsWith("."))
          .filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS) == folders)
          .sorted(Comparator.comparing(child -> child.getFileName().toString()))
          .toList();
    }
  }

  private void checkName(Path root, Path image) {
    String name = image.getFileName().toString().toLowerCase(Locale.ROOT);
    if (Files.isSymbolicLink(image)) {
      throw new TouchstoneException(
          folder + ": " + id(root, image) + " is a symbolic link; put the image itself there");
    }
    if (!Files.isRegularFile(image)) {
      throw new TouchstoneException(
          folder + ": " + id(root, image) + " is a device, a pipe or a socket; remove it");
    }
    if (!name.endsWith(".png") && !name.endsWith(".jpg") && !name.endsWith(".jpeg")) {
      throw new TouchstoneException(
          folder
              + ": "
              + id(root, image)
              + " is neither .png nor .jpg nor .jpeg; convert or remove it");
    }
  }

  static String id(Path root, Path file) {
    List<String> parts = new ArrayList<>();
    root.relativize(file).forEach(part -> parts.add(part.toString()));
    return String.join("/", parts);
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
