package dev.touchstone.jupiter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Injects examples whose labels are trusted into a field or parameter of type {@link
 * dev.touchstone.data.AuditSet}. Files are named as by {@link DatasetUnderTest}; in Java the source
 * is {@code AuditSet.of(…)}, as the field's initialiser.
 *
 * <p>What an expert says of the examples beside their labels stands in columns of the same table,
 * or of another one:
 *
 * <pre>{@code
 * @AuditData(
 *     value = "data/audit.csv",
 *     id = "applicant",
 *     label = "deny",
 *     classes = {"no", "yes"},
 *     features = {"income", "debt"},
 *     concepts = {"debt", "history"},
 *     importances = {"debt matters", "history matters"},
 *     confidence = "sure")
 * static AuditSet audit;
 * }</pre>
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface AuditData {

  /** The data file: a path, {@code file:…} or {@code classpath:…}. */
  String value() default "";

  /** For IDX images and arrays in .npy files: the file of their labels. */
  String labels() default "";

  /** For images: what each pixel's 0-255 is multiplied with. */
  float scale() default 1;

  /** For a table: the JSON file that says what its columns mean. */
  String schema() default "";

  /** For a table without a schema, the column of the classes; of an .npz, the array. */
  String label() default "";

  /**
   * For a table without a schema, and for arrays: the classes in the order of the model's outputs.
   */
  String[] classes() default {};

  /** For a table or .npz: the column of stable ids; without it the position in the file. */
  String id() default "";

  /** For a table or .npz: the group columns, in place of the schema's. */
  String[] groups() default {};

  /**
   * For a table, the columns that the model sees, in this order, all of them numbers; for an .npz,
   * the array.
   */
  String[] features() default {};

  /** For a table: columns that are no features where all others are. */
  String[] without() default {};

  /**
   * For a model that takes NaN: what stands for a missing number in a table besides an empty cell;
   * {@code ""} for nothing else, and for arrays.
   */
  String[] missing() default {};

  /** For a CSV table: what separates its columns. */
  char delimiter() default ',';

  /** For a CSV table: what stands around values that hold a delimiter. */
  char quote() default '"';

  /** For a CSV table: whether decimals stand behind a comma. */
  boolean decimalComma() default false;

  /** For a CSV table: the one character that separates thousands; empty for none. */
  String thousands() default "";

  /**
   * For concepts of images or arrays: the .csv (with commas), .jsonl or .parquet table that holds
   * them, a row for each example. Of a table the concepts are columns of its own, if no other is
   * named.
   */
  String annotations() default "";

  /**
   * For annotations in a file of their own: the column of the id of the example that a row is
   * about; without it the rows stand in the order of the data.
   */
  String annotationsId() default "";

  /**
   * The columns of concepts: 1 where one is present and 0 where it is absent, or its value. They
   * are no features, unless declared as such, too. Without them those of the schema, if it names
   * any.
   */
  String[] concepts() default {};

  /** Two words in which concepts are written, for 0 and for 1, such as {"no", "yes"}. */
  String[] conceptWords() default {};

  /**
   * The columns of how each concept ought to move an example's answer, −1, 0 or 1, one for each in
   * the order of the concepts. The answer is a value, or the class that the expert gives the
   * example.
   */
  String[] importances() default {};

  /** How each concept ought to move the answer to any example, in the place of columns. */
  int[] globalImportances() default {};

  /** The column of how sure the expert is, from 0 to 1; without it of all. */
  String confidence() default "";

  /** How long the data live. */
  Lifetime lifetime() default Lifetime.DECLARATION;
}
