package dev.touchstone.data;

import dev.touchstone.data.image.ImageFile;
import java.nio.file.Path;
import java.util.List;

/** Images in files below a folder. */
record FolderImages(Path root, List<Path> files) implements ImageFiles {

  FolderImages {
    files = List.copyOf(files);
  }

  @Override
  public int size() {
    return files.size();
  }

  @Override
  public String name(int index) {
    return ImageFolder.id(root, files.get(index));
  }

  @Override
  public ImageFile open(int index) {
    return ImageFile.read(files.get(index), name(index));
  }
}
