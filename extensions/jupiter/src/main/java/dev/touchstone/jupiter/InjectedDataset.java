package dev.touchstone.jupiter;

import dev.touchstone.data.CsvSource;
import dev.touchstone.data.Dataset;
import dev.touchstone.data.Datasets;
import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionContext;

/** {@link DatasetUnderTest}: a data set from a file. */
final class InjectedDataset implements Injectable<DatasetUnderTest> {

  @Override
  public Class<DatasetUnderTest> annotation() {
    return DatasetUnderTest.class;
  }

  @Override
  public Class<?> type() {
    return Dataset.class;
  }

  @Override
  public boolean leavesSourceToJava(DatasetUnderTest annotation) {
    return annotation.value().isEmpty();
  }

  @Override
  public String initialiser() {
    return "Datasets.idx(\"…\", \"…\").load()";
  }

  @Override
  public Lifetime lifetime(DatasetUnderTest annotation) {
    return annotation.lifetime();
  }

  @Override
  public void check(DatasetUnderTest annotation, Declaration<DatasetUnderTest> declaration) {
    if (annotation.value().isEmpty() && !annotation.labels().isEmpty()) {
      throw declaration.misuse(
          "names labels but no images", "write value = \"…\" for the images' file");
    }
    if (annotation.value().isEmpty()) {
      return;
    }
    boolean table = isTable(annotation.value());
    if (table && annotation.schema().isEmpty() == annotation.label().isEmpty()) {
      throw declaration.misuse(
          "gives "
              + (annotation.label().isEmpty()
                  ? "neither a schema nor a label"
                  : "a schema and a label"),
          "give one: schema = \"….json\", or label = \"column\"");
    }
    if (table && !annotation.labels().isEmpty()) {
      throw declaration.misuse(
          "names a file of labels beside a table", "say label = \"column\" for a table's labels");
    }
    if (!table && annotation.labels().isEmpty()) {
      throw declaration.misuse(
          "names \"" + annotation.value() + "\" without its labels",
          "add labels = \"…\" for IDX images, schema = \"….json\" or label = \"column\" for a .csv"
              + " or .csv.gz table, or write the source in Java");
    }
  }

  @Override
  public Object load(
      DatasetUnderTest annotation,
      Declaration<DatasetUnderTest> declaration,
      ExtensionContext context) {
    if (annotation.value().isEmpty()) {
      throw declaration.misuse(
          "names no file",
          "write value = \"classpath:…\"; a source in Java goes into a field's initialiser or an"
              + " arguments provider");
    }
    return isTable(annotation.value())
        ? table(annotation).load()
        : Datasets.idx(annotation.value(), annotation.labels()).scaledBy(annotation.scale()).load();
  }

  private static boolean isTable(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return name.endsWith(".csv") || name.endsWith(".csv.gz");
  }

  private static CsvSource table(DatasetUnderTest data) {
    CsvSource table = Datasets.csv(data.value());
    table = data.schema().isEmpty() ? table.label(data.label()) : table.schema(data.schema());
    if (!data.id().isEmpty()) {
      table = table.id(data.id());
    }
    return data.groups().length == 0 ? table : table.groups(data.groups());
  }
}
