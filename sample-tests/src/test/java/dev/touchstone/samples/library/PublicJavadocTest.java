package dev.touchstone.samples.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every public method says in a popup what it does, and begins with the verb. */
@Tag("library")
class PublicJavadocTest {
  private static final List<Path> SOURCES =
      List.of(
          Path.of("../framework/src/main/java"),
          Path.of("../assertions/src/main/java"),
          Path.of("../extensions/jupiter/src/main/java"));

  /** Third person singular, as "Returns" is. */
  private static final Pattern VERB =
      Pattern.compile("[A-Z][a-z]*(-[a-z]+)?s\\b.*", Pattern.DOTALL);

  /** What ends like a verb and is none where a comment begins with it. */
  private static final Set<String> NO_VERBS =
      Set.of(
          "Always",
          "As",
          "Classes",
          "Entries",
          "Examples",
          "Facts",
          "Features",
          "Figures",
          "Gradients",
          "Images",
          "Its",
          "Labels",
          "Layers",
          "Models",
          "Nodes",
          "Numbers",
          "Outcomes",
          "Paths",
          "Pictures",
          "Points",
          "Rows",
          "Settings",
          "Shares",
          "This",
          "Those",
          "Thus",
          "Us",
          "Values",
          "Was",
          "Weights",
          "Whereas");

  private static final class Methods extends TreePathScanner<Void, Boolean> {
    private final DocTrees docs;
    private final CompilationUnitTree unit;
    private final List<String> unsaid = new ArrayList<>();
    private int seen;

    Methods(DocTrees docs, CompilationUnitTree unit) {
      this.docs = docs;
      this.unit = unit;
    }

    @Override
    public Void visitClass(ClassTree type, Boolean open) {
      boolean isAnnotation = type.getKind() == Tree.Kind.ANNOTATION_TYPE;
      return super.visitClass(type, open && !isAnnotation && isOpen(type.getModifiers()));
    }

    @Override
    public Void visitMethod(MethodTree method, Boolean open) {
      ModifiersTree modifiers = method.getModifiers();
      boolean isConstructor = method.getReturnType() == null;
      boolean inherits = modifiers.getAnnotations().toString().contains("Override");
      if (open && !isConstructor && !inherits && isOpen(modifiers)) {
        seen++;
        DocCommentTree doc = docs.getDocCommentTree(getCurrentPath());
        String said =
            doc == null
                ? ""
                : doc.getFirstSentence().stream()
                    .map(Object::toString)
                    .collect(Collectors.joining());
        if (!VERB.matcher(said).matches() || NO_VERBS.contains(said.split("\\W", 2)[0])) {
          long start = docs.getSourcePositions().getStartPosition(unit, method);
          unsaid.add(
              "%s:%d %s: %s"
                  .formatted(
                      Path.of(unit.getSourceFile().getName()).getFileName(),
                      unit.getLineMap().getLineNumber(start),
                      method.getName(),
                      said.isEmpty() ? "nothing" : said));
        }
      }
      return null;
    }

    private boolean isOpen(ModifiersTree modifiers) {
      Tree around = getCurrentPath().getParentPath().getLeaf();
      boolean ofInterface = around.getKind() == Tree.Kind.INTERFACE;
      Set<Modifier> flags = modifiers.getFlags();
      return !modifiers.getAnnotations().toString().contains("INTERNAL")
          && (flags.contains(Modifier.PUBLIC)
              || flags.contains(Modifier.PROTECTED)
              || (ofInterface && !flags.contains(Modifier.PRIVATE)));
    }
  }

  @Test
  void everyPublicMethodBeginsWithAVerb() throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> unsaid = new ArrayList<>();
    int seen = 0;
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources()));
      DocTrees docs = DocTrees.instance(task);
      for (CompilationUnitTree unit : task.parse()) {
        Methods methods = new Methods(docs, unit);
        methods.scan(unit, true);
        seen += methods.seen;
        unsaid.addAll(methods.unsaid);
      }
    }
    assertThat(seen).isGreaterThan(800);
    assertThat(unsaid).isEmpty();
  }

  /** Without packages that are for our own use. */
  private static List<Path> sources() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path root : SOURCES) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          Path said = file.resolveSibling("package-info.java");
          if (Files.exists(said) && !Files.readString(said).contains("Status.INTERNAL")) {
            all.add(file);
          }
        }
      }
    }
    return all;
  }
}
