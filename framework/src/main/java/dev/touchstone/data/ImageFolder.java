package dev.touchstone.data;

import dev.touchstone.data.image.ImageSteps;
import dev.touchstone.runtime.Location;
import dev.touchstone.runtime.NearestName;
import dev.touchstone.runtime.TouchstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Images in one sub-folder per class: PNG, JPEG, BMP and GIF. Immutable.
 *
 * <p>The classes are the sub-folders, in the order that is {@linkplain #classes declared}; without
 * one in numeric order if all of their names are numbers, and else alphabetically, which the
 * message of a failing claim says. An example's id is its path below the folder, and features are
 * {@code [channels, height, width]} from 0 to 255, red, green, blue unless said otherwise. Images
 * are decoded where they are read and never all held in memory.
 *
 * <p>What is done to them is done in the order in which it is written; that of torchvision's {@code
 * Resize(256), CenterCrop(224), ToTensor(), Normalize(mean, std)} is
 *
 * <pre>{@code
 * Dataset birds = Datasets.imageFolder("data/birds")
 *     .resizedToShorterSide(256)
 *     .centreCropped(224, 224)
 *     .load()
 *     .scaledBy(1 / 255.0)
 *     .normalising(mean, std);
 * }</pre>
 */
public final class ImageFolder extends ImageSource<ImageFolder> {
  private static final Set<String> ENDINGS =
      Set.of(
          "png", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib", "gif", "webp", "tif", "tiff", "avif",
          "heic", "heif", "ppm", "pgm", "pbm", "pnm");

  /** Made by an operating system in folders of others. */
  private static final Set<String> OF_SYSTEMS =
      Set.of("__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", "System Volume Information");

  private static final String DECLARE =
      "declare them in the order of the model's outputs, Datasets.imageFolder(…).classes(\"…\", …)";

  private final Location folder;

  /** In the order of the model's outputs; empty for the sub-folders that there are. */
  private final List<String> declared;

  private ImageFolder(Location folder, ImageSteps steps, List<String> declared) {
    super(steps);
    this.folder = folder;
    this.declared = declared;
  }

  static ImageFolder of(Location folder) {
    return new ImageFolder(folder, ImageSteps.NONE, List.of());
  }

  @Override
  ImageFolder with(ImageSteps others) {
    return new ImageFolder(folder, others, declared);
  }

  /**
   * Declares the classes, which are the names of sub-folders, in the order of the model's outputs.
   * A class may have no image here, which provenance says; a sub-folder that is no class is
   * refused.
   *
   * @throws IllegalArgumentException for fewer than two classes, or one given twice
   */
  public ImageFolder classes(String... names) {
    List<String> order = List.of(names);
    if (order.size() < 2 || order.stream().distinct().count() < order.size()) {
      throw new IllegalArgumentException(
          "expected two different classes at least, each once, and was given " + order);
    }
    return new ImageFolder(folder, steps, order);
  }

  /**
   * Declares the classes as torchvision's {@code ImageFolder} and Keras' {@code
   * image_dataset_from_directory} find them in a folder: its sub-folders in alphabetical order,
   * numbers too, so that {@code 10} stands before {@code 2}. Give the folder that the model was
   * trained on.
   *
   * @param location a path, {@code file:…} or {@code classpath:…} of a folder
   * @throws TouchstoneException if there is no such folder, or fewer than two sub-folders in it
   */
  public ImageFolder classesOf(String location) {
    Location other = Location.of(location);
    Path root = other.path().filter(Files::isDirectory).orElseThrow(() -> noFolder(other));
    try {
      List<String> names = visible(root, true).stream().map(ImageFolder::nameOf).toList();
      if (names.size() < 2) {
        throw new TouchstoneException(
            "%s has the sub-folders %s; expected one per class, two at least"
                .formatted(other, names));
      }
      return classes(names.toArray(String[]::new));
    } catch (IOException e) {
      throw new TouchstoneException(other + " could not be read: " + e.getMessage(), e);
    }
  }

  private static TouchstoneException noFolder(Location given) {
    return new TouchstoneException(
        given + " is no folder on disk; expected one with a sub-folder per class");
  }

  /**
   * Decodes each image once, on all processors, to check and hash it.
   *
   * @throws TouchstoneException if there are no sub-folders or no images in one, one is a link or
   *     holds folders, a file is no image that is read, too large, transparent or a link, or sizes
   *     differ
   */
  @Override
  public Dataset load() {
    Path root = folder.path().filter(Files::isDirectory).orElseThrow(() -> noFolder(folder));
    try {
      return load(root);
    } catch (IOException e) {
      throw new TouchstoneException(folder + " could not be read: " + e.getMessage(), e);
    }
  }

  private Dataset load(Path root) throws IOException {
    List<Path> folders = classFolders(root);
    List<String> names = folders.stream().map(ImageFolder::nameOf).toList();
    ClassOrder order =
        declared.isEmpty()
            ? ClassOrder.of(folder + ", sub-folders", names)
            : new ClassOrder(declared, false);
    refuseStrayFolders(order.names(), names);
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (Path ofClass : folders) {
      for (Path image : imagesOf(root, ofClass)) {
        files.add(image);
        labels.add(order.names().indexOf(nameOf(ofClass)));
      }
    }
    if (files.isEmpty()) {
      throw new TouchstoneException(
          "%s has no images in the sub-folders %s; fetch them".formatted(folder, names));
    }
    List<String> ids = files.stream().map(file -> id(root, file)).toList();
    Dataset.Builder builder =
        Dataset.named(folder.fileName())
            .ids(ids)
            .labels(labels.stream().mapToInt(Integer::intValue).toArray())
            .classNames(order.names());
    into(builder, folder.fileName(), new FolderImages(root, files), ids);
    List<String> absent = new ArrayList<>(order.names());
    labels.stream().distinct().forEach(label -> absent.remove(order.names().get(label)));
    if (!absent.isEmpty()) {
      builder.prepared("classes without an image", String.join(", ", absent));
    }
    if (declared.isEmpty()) {
      guess(order).ifPresent(builder::classesTaken);
    }
    return builder.build();
  }

  /** Numbers stand in their order, which is none that training libraries give to folders. */
  private static Optional<String> guess(ClassOrder order) {
    List<String> asTexts = order.names().stream().sorted().toList();
    if (!order.areNumbers() || order.names().equals(asTexts)) {
      return order.guess(DECLARE);
    }
    return new ClassOrder(asTexts, false)
        .guess(
            "%s, or as torchvision and Keras find them, .classesOf(\"data/train\")"
                .formatted(DECLARE))
        .map(how -> "by their numbers, and not " + how);
  }

  private List<Path> classFolders(Path root) throws IOException {
    List<Path> folders = visible(root, true);
    for (Path file : visible(root, false)) {
      if (Files.isDirectory(file)) {
        throw new TouchstoneException(
            folder
                + ": the class "
                + file.getFileName()
                + " is a link to a folder, and would be left out; put the folder itself there");
      }
      if (!folders.isEmpty() && isNamedLikeAnImage(file)) {
        throw new TouchstoneException(
            "%s: the image %s lies beside the sub-folders of the classes, and would be left out; put it into one of them, or remove it"
                .formatted(folder, file.getFileName()));
      }
    }
    if (folders.isEmpty()) {
      throw new TouchstoneException(
          folder + " has no sub-folders; expected one per class, with its images inside");
    }
    return folders;
  }

  private void refuseStrayFolders(List<String> classes, List<String> folders) {
    List<String> stray = folders.stream().filter(name -> !classes.contains(name)).toList();
    if (!stray.isEmpty()) {
      throw new TouchstoneException(
          "%s: no declared class are the sub-folders %s; the classes are %s%s. Correct their names or .classes(…), or remove them"
              .formatted(
                  folder,
                  quoted(stray),
                  classes,
                  NearestName.of(stray.get(0), classes)
                      .map(" (was \"%s\" meant?)"::formatted)
                      .orElse("")));
    }
    for (String name : folders) {
      if (declared.isEmpty() && OF_SYSTEMS.contains(name)) {
        throw new TouchstoneException(
            "%s: the sub-folder \"%s\" is one of an operating system's and would be a class; remove it, or declare the classes: .classes(\"…\", …)"
                .formatted(folder, name));
      }
    }
  }

  private static String quoted(List<String> names) {
    return names.stream().collect(Collectors.joining("\", \"", "\"", "\""));
  }

  private List<Path> imagesOf(Path root, Path ofClass) throws IOException {
    List<Path> inner = visible(ofClass, true);
    if (!inner.isEmpty()) {
      throw new TouchstoneException(
          "%s: the class %s holds the folder %s, whose images would be left out; put them beside the others, or remove it. If %2$s is no class but a part of the data, give its own folder"
              .formatted(folder, ofClass.getFileName(), inner.get(0).getFileName()));
    }
    List<Path> images = visible(ofClass, false);
    if (images.isEmpty() && declared.isEmpty()) {
      throw new TouchstoneException(
          "%s: the class %s has no images; remove its folder, or declare the classes if it is one: .classes(\"…\", …)"
              .formatted(folder, ofClass.getFileName()));
    }
    images.forEach(image -> checkName(root, image));
    return images;
  }

  private static String nameOf(Path file) {
    return file.getFileName().toString();
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
    if (Files.isSymbolicLink(image)) {
      throw new TouchstoneException(
          folder + ": " + id(root, image) + " is a symbolic link; put the image itself there");
    }
    if (!Files.isRegularFile(image)) {
      throw new TouchstoneException(
          folder + ": " + id(root, image) + " is a device, a pipe or a socket; remove it");
    }
    if (!isNamedLikeAnImage(image)) {
      throw new TouchstoneException(
          "%s: %s has no ending of an image (.png, .jpg, .jpeg, .bmp, .gif); convert or remove it"
              .formatted(folder, id(root, image)));
    }
  }

  private static boolean isNamedLikeAnImage(Path file) {
    String name = nameOf(file).toLowerCase(Locale.ROOT);
    return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1));
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
