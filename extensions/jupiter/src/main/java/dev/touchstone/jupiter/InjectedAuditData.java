package dev.touchstone.jupiter;

import dev.touchstone.data.AuditSet;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;

/** {@link AuditData}: an audit set from a file. */
final class InjectedAuditData implements Injectable<AuditData> {

  @Override
  public Class<AuditData> annotation() {
    return AuditData.class;
  }

  @Override
  public List<Class<?>> types() {
    return List.of(AuditSet.class);
  }

  @Override
  public boolean leavesSourceToJava(AuditData annotation) {
    return annotation.value().isEmpty();
  }

  @Override
  public String initialiser() {
    return "AuditSet.of(Datasets.csv(\"…\").label(\"…\").load())";
  }

  @Override
  public Lifetime lifetime(AuditData annotation) {
    return annotation.lifetime();
  }

  @Override
  public void check(AuditData annotation, Declaration<AuditData> declaration) {
    DataFile data = DataFile.of(annotation);
    data.check(declaration.place());
    AuditAnnotations.of(annotation).check(data, declaration.place());
  }

  @Override
  public Object load(
      AuditData annotation, Declaration<AuditData> declaration, ExtensionContext context) {
    return AuditAnnotations.of(annotation).load(DataFile.of(annotation), declaration.place());
  }
}
