package dev.touchstone.graph.script;

import dev.touchstone.runtime.TouchstoneException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pickle of a TorchScript module up to its end, before libtorch does, which takes every
 * length and most types for true: a string of two gigabytes is allocated before it is read, a
 * tensor of any shape is laid over whatever numbers there are, a dictionary's last key takes its
 * value from beyond the stack, and an object of another class is read as if it had the declared
 * one's attributes. Protocol 2, the instructions that libtorch knows; source: its unpickler
 * (torch/csrc/jit/serialization).
 */
final class ScriptPickle {
  /** Objects in objects; libtorch recurses along them. */
  private static final int DEEPEST = 512;

  private static final int PROTOCOL = 2;
  private static final int LONG_BYTES = 8;
  private static final int STORAGE_FIELDS = 5;
  private static final int TENSOR_FIELDS = 6;

  /** Where a tensor's fields say whether it takes part in gradients; one later if quantised. */
  private static final int GRADIENT_FIELD = 4;

  /** The quantisations that libtorch saves. */
  private static final Set<String> SCHEMES =
      Set.of("per_tensor_affine", "per_channel_affine", "per_channel_affine_float_qparams");

  /** Functions that take lists apart by type, and what their items are. */
  private static final Map<String, Class<?>> LISTS =
      Map.of(
          "build_intlist", Long.class,
          "build_doublelist", Double.class,
          "build_boollist", Boolean.class,
          "build_tensorlist", Numbers.class);

  /** Bytes of an element, by the storage's type. */
  private static final Map<String, Integer> ITEM =
      Map.ofEntries(
          Map.entry("ByteStorage", 1),
          Map.entry("CharStorage", 1),
          Map.entry("BoolStorage", 1),
          Map.entry("QInt8Storage", 1),
          Map.entry("QUInt8Storage", 1),
          Map.entry("ShortStorage", 2),
          Map.entry("HalfStorage", 2),
          Map.entry("BFloat16Storage", 2),
          Map.entry("IntStorage", 4),
          Map.entry("FloatStorage", 4),
          Map.entry("QInt32Storage", 4),
          Map.entry("ComplexHalfStorage", 4),
          Map.entry("LongStorage", 8),
          Map.entry("DoubleStorage", 8),
          Map.entry("ComplexFloatStorage", 8),
          Map.entry("ComplexDoubleStorage", 16));

  private enum Kind {
    TUPLE,
    LIST,
    DICTIONARY,
    OBJECT
  }

  /** A tuple, list, dictionary or object; how deep it is nested. */
  private static final class Group {
    private final Kind kind;
    private final String type;
    private final List<Object> items = new ArrayList<>();
    private int depth = 1;
    private boolean held;

    Group(Kind kind, String type) {
      this.kind = kind;
      this.type = type;
    }

    Group(Kind kind) {
      this(kind, "");
    }

    void add(Object item) {
      items.add(item);
      if (item instanceof Group group) {
        group.held = true;
        depth = Math.max(depth, group.depth + 1);
      }
    }
  }

  /** A class or function. */
  private record Global(String module, String name) {
    String whole() {
      return module + "." + name;
    }
  }

  /** Numbers in the archive. */
  private record Storage(long elements, int itemBytes) {}

  /** A tensor. */
  private record Numbers() {}

  /** What nothing more is asked of: none, devices, complex numbers. */
  private static final Object OTHER = new Object();

  private final ByteBuffer in;
  private final String entry;
  private final String name;
  private final ToLongFunction<String> records;
  private final ScriptClasses classes;
  private final long budget;
  private final Set<String> named = new HashSet<>();
  private long again;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private ScriptPickle(
      ByteBuffer in,
      String entry,
      String name,
      ToLongFunction<String> records,
      ScriptClasses classes,
      long budget) {
    this.in = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.entry = entry;
    this.name = name;
    this.records = records;
    this.classes = classes;
    this.budget = budget;
  }

  /**
   * Checks a pickle.
   *
   * @param in its bytes
   * @param entry what it is called in the archive
   * @param name what to call the file in messages
   * @param records how many bytes the numbers with a key have; negative if there are none
   * @param classes what the program declares
   * @param budget bytes that an evaluation may take
   * @throws TouchstoneException if a length or a place does not lie in the pickle, a value has
   *     another type than its user takes, or a tensor does not lie in its numbers
   */
  static void check(
      ByteBuffer in,
      String entry,
      String name,
      ToLongFunction<String> records,
      ScriptClasses classes,
      long budget) {
    ScriptPickle pickle = new ScriptPickle(in, entry, name, records, classes, budget);
    try {
      pickle.run();
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | BufferUnderflowException
        | ClassCastException
        | ArithmeticException e) {
      throw pickle.corrupt("it ends or takes a value where there is none");
    }
  }

  private void run() {
    if (next() != 0x80 || in.get() != PROTOCOL) {
      throw corrupt("it is no pickle of protocol " + PROTOCOL);
    }
    for (int code = next(); code != '.'; code = next()) {
      instruction(code);
    }
    if (stack.size() != 1 || !marks.isEmpty()) {
      throw corrupt(
          "it ends with %d values and %d begun, where one is to be left"
              .formatted(stack.size(), marks.size()));
    }
  }

  private int next() {
    return Byte.toUnsignedInt(in.get());
  }

  private void instruction(int code) {
    switch (code) {
      case '(' -> marks.add(stack.size());
      case ')' -> stack.add(new Group(Kind.TUPLE));
      case ']' -> stack.add(new Group(Kind.LIST));
      case '}' -> stack.add(new Group(Kind.DICTIONARY));
      case 'N' -> stack.add(OTHER);
      case 0x88 -> stack.add(Boolean.TRUE);
      case 0x89 -> stack.add(Boolean.FALSE);
      case 'K' -> stack.add((long) next());
      case 'M' -> stack.add((long) Short.toUnsignedInt(in.getShort()));
      case 'J' -> stack.add((long) in.getInt());
      case 0x8a -> stack.add(longNumber());
      case 'G' -> stack.add(in.getDouble());
      case 'X' -> stack.add(text());
      case 'c' -> stack.add(global(line(), line()));
      case 'q' -> remember(next());
      case 'r' -> remember(in.getInt());
      case 'h' -> recall(next());
      case 'j' -> recall(in.getInt());
      case 't' -> stack.add(marked(new Group(Kind.TUPLE)));
      case 'l' -> stack.add(marked(new Group(Kind.LIST)));
      case 'd' -> stack.add(paired(marked(new Group(Kind.DICTIONARY))));
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case 'e' -> marked(belowMark(Kind.LIST));
      case 'u' -> paired(marked(belowMark(Kind.DICTIONARY)));
      case 's' -> {
        Object value = pop();
        Object key = pop();
        Group dictionary = open(stack.get(stack.size() - 1), Kind.DICTIONARY);
        grow(dictionary, key);
        grow(dictionary, value);
      }
      // The class stays on the stack until the state comes.
      case 0x81 -> {
        of(Kind.TUPLE, pop());
        requireMaker(stack.get(stack.size() - 1));
      }
      case 'R', 'b' -> made(pop(), requireMaker(pop()));
      case 'Q' -> stack.add(storage(of(Kind.TUPLE, pop())));
      default -> throw corrupt("it holds the instruction " + code + ", which libtorch lacks");
    }
  }

  /** Classes and functions are numbers to libtorch, and a number of any origin names one. */
  private Global requireMaker(Object maker) {
    if (maker instanceof Global global
        && !(global.module().equals("torch") && !global.name().equals("device"))) {
      return global;
    }
    throw corrupt("something else than a class or function is to make a value");
  }

  private Global global(String module, String type) {
    Global global = new Global(module, type);
    boolean known =
        switch (module) {
          case "torch" -> ITEM.containsKey(type) || SCHEMES.contains(type) || type.equals("device");
          case "torch._utils" ->
              type.equals("_rebuild_tensor_v2") || type.equals("_rebuild_qtensor");
          case "torch.jit._pickle" -> LISTS.containsKey(type) || type.equals("restore_type_tag");
          case "builtins" -> type.equals("complex");
          case "collections" -> type.equals("OrderedDict");
          default ->
              classes.declared(global.whole()) != null || ScriptClasses.isNative(global.whole());
        };
    if (known) {
      return global;
    }
    if (type.equals("_rebuild_sparse_tensor") || type.equals("_rebuild_from_type_v2")) {
      throw new TouchstoneException(
          name
              + " holds a sparse tensor or one of a class of its own, whose places cannot be"
              + " checked before libtorch reads them; save the module with dense weights");
    }
    if (module.equals("torch") && type.endsWith("Storage")) {
      throw new TouchstoneException(
          name + " holds weights of the type " + type + ", which is not known; save floats");
    }
    throw corrupt("it names " + global.whole() + ", which the module's program does not declare");
  }

  private Group of(Kind kind, Object value) {
    if (value instanceof Group group && group.kind == kind) {
      return group;
    }
    throw corrupt("a " + kind.name().toLowerCase(Locale.ROOT) + " is to stand where none does");
  }

  /** A list or dictionary is filled before it becomes part of another value. */
  private Group open(Object value, Kind kind) {
    Group group = of(kind, value);
    if (group.held) {
      throw corrupt("a value grows that is part of another already");
    }
    return group;
  }

  private Group belowMark(Kind kind) {
    return open(stack.get(marks.get(marks.size() - 1) - 1), kind);
  }

  private Group paired(Group dictionary) {
    if (dictionary.items.size() % 2 != 0) {
      throw corrupt("a dictionary has a key without a value");
    }
    return dictionary;
  }

  private long longNumber() {
    if (next() != LONG_BYTES) {
      throw corrupt("a whole number has another length than " + LONG_BYTES);
    }
    return in.getLong();
  }

  private String text() {
    long length = Integer.toUnsignedLong(in.getInt());
    if (length > in.remaining()) {
      throw corrupt(
          "a text of " + length + " bytes is promised, and " + in.remaining() + " follow");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private String line() {
    StringBuilder line = new StringBuilder();
    for (char c = (char) next(); c != '\n'; c = (char) next()) {
      line.append(c);
    }
    return line.toString();
  }

  /** libtorch's table is as long as the highest place in it; places are given out in order. */
  private void remember(int place) {
    if (place < 0 || place > memo.size()) {
      throw corrupt(
          "place " + Integer.toUnsignedString(place) + " follows on place " + (memo.size() - 1));
    }
    memo.put(place, stack.get(stack.size() - 1));
  }

  private void recall(int place) {
    Object value = memo.get(place);
    if (value == null) {
      throw corrupt("place " + Integer.toUnsignedString(place) + " is empty");
    }
    stack.add(value);
  }

  private Object pop() {
    return stack.remove(stack.size() - 1);
  }

  private Group marked(Group into) {
    int mark = marks.remove(marks.size() - 1);
    List<Object> above = stack.subList(mark, stack.size());
    above.forEach(item -> grow(into, item));
    above.clear();
    return into;
  }

  private void tuple(int length) {
    Group group = new Group(Kind.TUPLE);
    List<Object> above = stack.subList(stack.size() - length, stack.size());
    above.forEach(item -> grow(group, item));
    above.clear();
    stack.add(group);
  }

  private void grow(Group group, Object item) {
    group.add(item);
    if (group.depth > DEEPEST) {
      throw corrupt("it nests values more than " + DEEPEST + " deep");
    }
  }

  /** What a class or function makes of its state or arguments. */
  private void made(Object state, Global maker) {
    switch (maker.whole()) {
      case "torch._utils._rebuild_tensor_v2" -> stack.add(tensor(of(Kind.TUPLE, state), 0));
      case "torch._utils._rebuild_qtensor" -> stack.add(tensor(of(Kind.TUPLE, state), 1));
      case "builtins.complex" -> {
        List<Object> parts = of(Kind.TUPLE, state).items;
        requireAll(parts.size() == 2 ? parts : List.of(OTHER), Double.class);
        stack.add(OTHER);
      }
      case "collections.OrderedDict" -> stack.add(OTHER);
      case "torch.device" -> {
        requireAll(List.of(of(Kind.TUPLE, state).items.get(0)), String.class);
        stack.add(OTHER);
      }
      case "torch.jit._pickle.restore_type_tag" -> {
        List<Object> tagged = of(Kind.TUPLE, state).items;
        requireAll(List.of(tagged.get(1)), String.class);
        ScriptFile.requireShallow(name, entry, (String) tagged.get(1));
        stack.add(tagged.get(0));
      }
      default -> {
        if (maker.module().equals("torch.jit._pickle")) {
          Group list = of(Kind.LIST, of(Kind.TUPLE, state).items.get(0));
          requireAll(list.items, LISTS.get(maker.name()));
          stack.add(list);
        } else {
          stack.add(object(state, maker.whole()));
        }
      }
    }
  }

  private void requireAll(List<Object> values, @Nullable Class<?> type) {
    if (type == null || !values.stream().allMatch(type::isInstance)) {
      throw corrupt("a value has another type than what is made of it");
    }
  }

  private Group object(Object state, String type) {
    Group object = new Group(Kind.OBJECT, type);
    grow(object, state);
    ScriptClasses.Declared declared = classes.declared(type);
    if (declared == null || declared.restores() || declared.base().equals("Enum")) {
      return object;
    }
    List<Object> items = of(Kind.DICTIONARY, state).items;
    Map<Object, Object> given = new HashMap<>();
    for (int i = 0; i < items.size(); i += 2) {
      requireAll(List.of(items.get(i)), String.class);
      given.put(items.get(i), items.get(i + 1));
    }
    declared
        .attributes()
        .forEach(
            (attribute, wanted) -> {
              Object value = given.get(attribute);
              ScriptClasses.Declared of = classes.declared(wanted);
              boolean exact = of != null && !of.base().equals("Interface");
              if (value == null
                  || (exact
                      && !(value instanceof Group group
                          && group.kind == Kind.OBJECT
                          && group.type.equals(wanted)))) {
                throw corrupt(
                    type + " lacks its attribute " + attribute + ", declared as " + wanted);
              }
            });
    return object;
  }

  private Storage storage(Group fields) {
    if (fields.items.size() < STORAGE_FIELDS
        || !"storage".equals(fields.items.get(0))
        || !(fields.items.get(1) instanceof Global type)
        || !(fields.items.get(2) instanceof String key)
        || !(fields.items.get(3) instanceof String)
        || !(fields.items.get(STORAGE_FIELDS - 1) instanceof Long elements)) {
      throw corrupt("numbers are described by something else than type, key, device and count");
    }
    Integer item = type.module().equals("torch") ? ITEM.get(type.name()) : null;
    if (item == null) {
      throw corrupt("numbers have the type " + type.whole());
    }
    long bytes = records.applyAsLong(key);
    if (elements < 0 || (elements > 0 && (bytes < 0 || elements > bytes / item))) {
      throw corrupt(
          "weights \""
              + key
              + "\" promise "
              + elements
              + " numbers of "
              + item
              + " bytes, and the archive has "
              + (bytes < 0 ? "none" : bytes + " bytes"));
    }
    // libtorch reads them each time that they are named.
    if (elements > 0 && !named.add(key)) {
      again += bytes;
    }
    if (again > budget) {
      throw corrupt(
          "it reads the same weights again and again, beyond touchstone.memory = " + budget);
    }
    return new Storage(elements, item);
  }

  /** A quantised tensor has one more field, which says how. */
  private Numbers tensor(Group tuple, int more) {
    List<Object> fields = tuple.items;
    if (fields.size() < TENSOR_FIELDS + more
        || !(fields.get(0) instanceof Storage numbers)
        || !(fields.get(GRADIENT_FIELD + more) instanceof Boolean)) {
      throw corrupt("a tensor is made of something else than numbers, offset, sizes and strides");
    }
    if (more > 0) {
      requireScheme(of(Kind.TUPLE, fields.get(GRADIENT_FIELD)).items);
    }
    requireInside(numbers, fields);
    return new Numbers();
  }

  private void requireScheme(List<Object> scheme) {
    boolean whole =
        scheme.get(0) instanceof Global of
            && SCHEMES.contains(of.name())
            && (of.name().equals("per_tensor_affine")
                ? scheme.get(1) instanceof Double && scheme.get(2) instanceof Long
                : scheme.get(1) instanceof Numbers
                    && scheme.get(2) instanceof Numbers
                    && scheme.get(3) instanceof Long);
    if (!whole) {
      throw corrupt("a tensor is quantised by something else than scales and zero points");
    }
  }

  /** A tensor is a window on its numbers: an offset, and a size and a stride for each axis. */
  private void requireInside(Storage numbers, List<Object> fields) {
    long offset = (Long) fields.get(1);
    List<Object> sizes = of(Kind.TUPLE, fields.get(2)).items;
    List<Object> strides = of(Kind.TUPLE, fields.get(3)).items;
    long last = offset;
    long elements = 1;
    boolean fits = offset >= 0 && sizes.size() == strides.size();
    for (int axis = 0; fits && axis < sizes.size(); axis++) {
      long size = (Long) sizes.get(axis);
      long stride = (Long) strides.get(axis);
      fits = size >= 0 && stride >= 0;
      elements = Math.multiplyExact(elements, size);
      last = Math.addExact(last, Math.multiplyExact(Math.max(0, size - 1), stride));
    }
    fits &= elements == 0 || last < numbers.elements();
    if (!fits) {
      throw corrupt(
          "a tensor of sizes %s and strides %s from number %d on does not lie in its %d numbers"
              .formatted(sizes, strides, offset, numbers.elements()));
    }
    if (elements > numbers.elements() && elements > budget / numbers.itemBytes()) {
      throw new TouchstoneException(
          name
              + " repeats "
              + numbers.elements()
              + " numbers to a tensor of sizes "
              + sizes
              + ", and an evaluation may take touchstone.memory = "
              + budget
              + " bytes; if the model is meant to, raise it: -Dtouchstone.memory=4g");
    }
  }

  private TouchstoneException corrupt(String what) {
    return new TouchstoneException(
        "%s is corrupt: in %s, at byte %d, %s; copy or download it again"
            .formatted(name, entry, in.position(), what));
  }

  @Override
  public String toString() {
    return entry;
  }
}
