package dev.touchstone.jupiter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Injects a data set into a field or parameter of type {@link dev.touchstone.data.Dataset}.
 *
 * <pre>{@code
 * @DatasetUnderTest(value = "classpath:data/adult.csv.gz", schema = "classpath:data/schema.json")
 * static Dataset adult;
 *
 * @DatasetUnderTest(value = "data/bone-age.csv", label = "stage", groups = "sex")
 * static Dataset boneAge;
 *
 * @DatasetUnderTest(
 *     value = "data/prices.csv", label = "sold", delimiter = ';', decimalComma = true,
 *     without = "listing")
 * static Dataset prices;
 *
 * @DatasetUnderTest(value = "data/images-idx3-ubyte.gz", labels = "data/labels-idx1-ubyte.gz")
 * static Dataset digits;
 *
 * @DatasetUnderTest(value = "data/test.npz", features = "x", label = "y", classes = {"no", "yes"})
 * static Dataset arrays;
 * }</pre>
 *
 * <p>Tables are CSV (.csv, .tsv) or JSON lines (.jsonl, .ndjson) or Parquet (.parquet), arrays
 * NumPy's (.npy, .npz). What the attributes cannot say is written in Java, as the field's
 * initialiser: {@link dev.touchstone.data.Datasets}.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface DatasetUnderTest {

  /** The data file: a path, {@code file:…} or {@code classpath:…}. */
  String value() default "";

  /** For IDX images and arrays in .npy files: the file of their labels. */
  String labels() default "";

  /** For images: what each pixel's 0-255 is multiplied with, such as {@code 1 / 255f}. */
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

  /** How long the data live. */
  Lifetime lifetime() default Lifetime.DECLARATION;
}
