package dev.touchstone.jupiter;

import dev.touchstone.data.AnnotationColumns;
import dev.touchstone.data.AuditSet;
import dev.touchstone.data.TableSource;
import dev.touchstone.runtime.TouchstoneException;
import java.util.ArrayList;
import java.util.List;

/** What {@link AuditData} says of what an expert wrote beside the labels. */
record AuditAnnotations(
    String file,
    String id,
    List<String> concepts,
    List<String> words,
    List<String> importances,
    List<Integer> globalImportances,
    String confidence) {

  static AuditAnnotations of(AuditData data) {
    List<Integer> global = new ArrayList<>();
    for (int importance : data.globalImportances()) {
      global.add(importance);
    }
    return new AuditAnnotations(
        data.annotations(),
        data.annotationsId(),
        List.of(data.concepts()),
        List.of(data.conceptWords()),
        List.of(data.importances()),
        List.copyOf(global),
        data.confidence());
  }

  /** Refuses attributes that cannot be meant; looks at no file. */
  void check(DataFile data, Place place) {
    if (concepts.isEmpty()) {
      List<String> given = given();
      if (!given.isEmpty()) {
        throw place.misuse(
            "gives " + String.join(" and ", given) + " and no concepts that they are of",
            "add concepts = {\"column\", …}");
      }
      return;
    }
    if (!words.isEmpty() && words.size() != 2) {
      throw place.misuse(
          "gives %d conceptWords, %s".formatted(words.size(), words),
          "give the word for a concept that is absent and the one for present, {\"no\", \"yes\"}");
    }
    if (!importances.isEmpty() && !globalImportances.isEmpty()) {
      throw place.misuse(
          "gives importances of each example and globalImportances", "give one of them");
    }
    if (file.isEmpty() && !data.value().isEmpty() && !data.isTable()) {
      throw place.misuse(
          "names concepts of \"%s\", which is no table".formatted(data.value()),
          "add annotations = \"….csv\", a table of them with a row for each example");
    }
    if (!file.isEmpty() && !DataFile.isTable(file)) {
      throw place.misuse(
          "names annotations in \"%s\", which is no table".formatted(file),
          "write them into a .csv, .jsonl or .parquet table");
    }
    if (file.isEmpty() && !id.isEmpty()) {
      throw place.misuse(
          "gives annotationsId and no file of annotations",
          "say id = \"%s\" for the ids of a table that holds both".formatted(id));
    }
    columns(place);
  }

  private List<String> given() {
    List<String> given = new ArrayList<>();
    if (!file.isEmpty()) {
      given.add("annotations");
    }
    if (!id.isEmpty()) {
      given.add("annotationsId");
    }
    if (!words.isEmpty()) {
      given.add("conceptWords");
    }
    if (!importances.isEmpty()) {
      given.add("importances");
    }
    if (!globalImportances.isEmpty()) {
      given.add("globalImportances");
    }
    if (!confidence.isEmpty()) {
      given.add("confidence");
    }
    return given;
  }

  AuditSet load(DataFile data, Place place) {
    if (concepts.isEmpty()) {
      return data.isTable() && data.table(place).isAnnotated()
          ? AuditSet.read(data.table(place))
          : AuditSet.of(data.load(place));
    }
    if (file.isEmpty()) {
      return AuditSet.read(data.table(place), columns(place));
    }
    TableSource<?> table = DataFile.open(file);
    return AuditSet.of(data.load(place))
        .annotatedBy(id.isEmpty() ? table : table.id(id), columns(place));
  }

  private AnnotationColumns columns(Place place) {
    try {
      AnnotationColumns columns = AnnotationColumns.ofConcepts(concepts.toArray(String[]::new));
      if (!words.isEmpty()) {
        columns = columns.conceptWords(words.get(0), words.get(1));
      }
      if (!importances.isEmpty()) {
        columns = columns.importances(importances.toArray(String[]::new));
      }
      if (!globalImportances.isEmpty()) {
        columns =
            columns.globalImportances(
                globalImportances.stream().mapToInt(Integer::intValue).toArray());
      }
      return confidence.isEmpty() ? columns : columns.confidence(confidence);
    } catch (TouchstoneException e) {
      throw place.misuse("names annotations that cannot be: " + e.getMessage(), "correct it");
    }
  }
}
