package dev.touchstone.data;

import dev.touchstone.data.image.ImageFile;

/** Encoded images, each opened where it is needed; of several threads at a time. */
interface ImageFiles {

  /** How many there are. */
  int size();

  /** What to call one in messages. */
  String name(int index);

  /** Reads one, and of the image in it the header. */
  ImageFile open(int index);
}
