package dev.touchstone.attribution.perturbation;

/**
 * A mask of an image: a grid of zeros and ones, enlarged bilinearly, of which a window is cut out
 * (Petsiuk et al. 2018, section 3.2). Cells' centres keep their value, and beyond the outermost
 * centres the grid is mirrored at them, as the paper's own code does it by {@code
 * skimage.transform.resize(order=1, mode="reflect")}.
 *
 * @param grid cells × cells, row-major; 1 keeps
 * @param cells along each axis
 * @param down by how many pixels the window is moved down, below a cell's height
 * @param right likewise
 */
record SmoothMask(boolean[] grid, int cells, int down, int right) {

  /** Returns how many pixels a cell has along an axis of an image. */
  static int cellSize(int pixels, int cells) {
    return (pixels + cells - 1) / cells;
  }

  /** Returns the mask of an image: what share of each pixel is kept, row-major. */
  float[] of(int height, int width) {
    int tall = cellSize(height, cells);
    int wide = cellSize(width, cells);
    float[] mask = new float[height * width];
    for (int y = 0; y < height; y++) {
      double row = place(y + down, (cells + 1) * tall);
      for (int x = 0; x < width; x++) {
        double column = place(x + right, (cells + 1) * wide);
        mask[y * width + x] = (float) interpolated(row, column);
      }
    }
    return mask;
  }

  /** Where a pixel of the enlarged grid stands among the cells' centres. */
  private double place(int pixel, int pixels) {
    return (pixel + 0.5) * cells / pixels - 0.5;
  }

  private double interpolated(double row, double column) {
    int above = (int) Math.floor(row);
    int left = (int) Math.floor(column);
    double down = row - above;
    double right = column - left;
    return (1 - down) * ((1 - right) * at(above, left) + right * at(above, left + 1))
        + down * ((1 - right) * at(above + 1, left) + right * at(above + 1, left + 1));
  }

  private int at(int row, int column) {
    return grid[mirrored(row) * cells + mirrored(column)] ? 1 : 0;
  }

  private int mirrored(int cell) {
    int inside = cell < 0 ? -cell : cell;
    return inside >= cells ? 2 * (cells - 1) - inside : inside;
  }
}
