package dev.touchstone.model;

/**
 * Opens a model file with the library that serves it.
 *
 * <pre>{@code
 * ModelReader reader =
 *     file -> {
 *       Booster booster = XGBoost.loadModel(file.bytes());
 *       return rows -> {
 *         DMatrix asked = new DMatrix(rows.floats(), rows.size(), rows.width(), Float.NaN);
 *         try {
 *           return ServedModel.answers(booster.predict(asked));
 *         } finally {
 *           asked.dispose();
 *         }
 *       };
 *     };
 * }</pre>
 */
@FunctionalInterface
public interface ModelReader {

  /**
   * Returns the model of a file, ready to answer. Called when the model is first used, and again if
   * it is used after it was closed.
   *
   * @param file the bytes whose SHA-256 the verdicts hold: read these, and nothing else that lies
   *     beside them, or what is shipped is not what was judged
   * @throws Exception whatever the library throws; the message then names the file and the library
   */
  ServedModel read(ModelFile file) throws Exception;
}
