package dev.touchstone.jupiter;

import dev.touchstone.data.Dataset;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/** {@link DatasetUnderTest}: a data set from a file. */
final class InjectedDataset implements Injectable<DatasetUnderTest> {

  @Override
  public Class<DatasetUnderTest> annotation() {
    return DatasetUnderTest.class;
  }

  @Override
  public List<Class<?>> types() {
    return List.of(Dataset.class);
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
    DataFile.of(annotation).check(declaration.place());
  }

  @Override
  public Object load(
      DatasetUnderTest annotation,
      Declaration<DatasetUnderTest> declaration,
      ExtensionContext context) {
    return DataFile.of(annotation).load(declaration.place());
  }
}
