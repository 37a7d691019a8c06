package dev.touchstone.graph.script;

import dev.touchstone.runtime.TouchstoneException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * Reads the pickle of a TorchScript module as far as sizes go, before libtorch does, which takes
 * every length for true: a string of two gigabytes is allocated before it is read, and a tensor of
 * any shape is laid over whatever numbers there are. Protocol 2, the instructions that libtorch
 * knows; source: its unpickler (torch/csrc/jit/serialization).
 */
final class ScriptPickle {
  /** Objects in objects; libtorch recurses along them. */
  private static final int DEEPEST = 512;

  private static final int PROTOCOL = 2;
  private static final int LONG_BYTES = 8;
  private static final int STORAGE_FIELDS = 5;
  private static final int TENSOR_FIELDS = 4;

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

  /** A tuple, list, dictionary or object; how deep it is nested. */
  private static final class Group {
    private final List<Object> items = new ArrayList<>();
    private int depth = 1;

    void add(Object item) {
      items.add(item);
      depth = Math.max(depth, item instanceof Group group ? group.depth + 1 : 1);
    }
  }

  /** A class or function. */
  private record Global(String module, String name) {}

  /** Numbers in the archive. */
  private record Storage(long elements, int itemBytes) {}

  /** What sizes do not depend on: truth values, none, real numbers, tensors. */
  private static final Object OTHER = new Object();

  private final ByteBuffer in;
  private final String entry;
  private final String name;
  private final ToLongFunction<String> records;
  private final long budget;
  private final List<Object> stack = new ArrayList<>();
  private final List<Integer> marks = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private ScriptPickle(
      ByteBuffer in, String entry, String name, ToLongFunction<String> records, long budget) {
    this.in = in.slice().order(ByteOrder.LITTLE_ENDIAN);
    this.entry = entry;
    this.name = name;
    this.records = records;
    this.budget = budget;
  }

  /**
   * Checks a pickle.
   *
   * @param in its bytes
   * @param entry what it is called in the archive
   * @param name what to call the file in messages
   * @param records how many bytes the numbers with a key have; negative if there are none
   * @param budget bytes that an evaluation may take
   * @throws TouchstoneException if a length or a place does not lie in the pickle, or a tensor does
   *     not lie in its numbers
   */
  static void check(
      ByteBuffer in, String entry, String name, ToLongFunction<String> records, long budget) {
    ScriptPickle pickle = new ScriptPickle(in, entry, name, records, budget);
    try {
      pickle.run();
    } catch (IndexOutOfBoundsException
        | BufferUnderflowException
        | ClassCastException
        | ArithmeticException e) {
      throw pickle.corrupt("it ends or takes a value where there is none");
    }
  }

  private void run() {
    if (Byte.toUnsignedInt(in.get()) != 0x80 || in.get() != PROTOCOL) {
      throw corrupt("it is no pickle of protocol " + PROTOCOL);
    }
    for (int code = next(); code != '.'; code = next()) {
      instruction(code);
    }
  }

  private int next() {
    return Byte.toUnsignedInt(in.get());
  }

  private void instruction(int code) {
    switch (code) {
      case '(' -> marks.add(stack.size());
      case ')', ']', '}' -> stack.add(new Group());
      case 'N', 0x88, 0x89 -> stack.add(OTHER);
      case 'K' -> stack.add((long) next());
      case 'M' -> stack.add((long) Short.toUnsignedInt(in.getShort()));
      case 'J' -> stack.add((long) in.getInt());
      case 0x8a -> stack.add(longNumber());
      case 'G' -> {
        in.getDouble();
        stack.add(OTHER);
      }
      case 'X' -> stack.add(text());
      case 'c' -> stack.add(new Global(line(), line()));
      case 'q' -> remember(next());
      case 'r' -> remember(in.getInt());
      case 'h' -> recall(next());
      case 'j' -> recall(in.getInt());
      case 't', 'l', 'd' -> stack.add(marked(new Group()));
      case 0x85 -> tuple(1);
      case 0x86 -> tuple(2);
      case 0x87 -> tuple(3);
      case 'e', 'u' -> {
        int mark = marks.get(marks.size() - 1);
        marked((Group) stack.get(mark - 1));
      }
      case 's' -> {
        Object value = pop();
        Object key = pop();
        Group dictionary = (Group) stack.get(stack.size() - 1);
        grow(dictionary, key);
        grow(dictionary, value);
      }
      // The class stays on the stack until the state comes.
      case 0x81 -> pop();
      case 'R', 'b' -> made(pop(), pop());
      case 'Q' -> stack.add(storage((Group) pop()));
      default -> throw corrupt("it holds the instruction " + code + ", which libtorch lacks");
    }
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
    Group group = new Group();
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
  private void made(Object state, Object maker) {
    if (maker instanceof Global global && global.module().startsWith("torch.")) {
      switch (global.name()) {
        case "_rebuild_tensor_v2", "_rebuild_qtensor" -> {
          requireInside(((Group) state).items);
          stack.add(OTHER);
          return;
        }
        case "_rebuild_sparse_tensor", "_rebuild_from_type_v2" ->
            throw new TouchstoneException(
                name
                    + " holds a sparse tensor or one of a class of its own, whose places cannot be"
                    + " checked before libtorch reads them; save the module with dense weights");
        default -> {
          // Lists and devices, which are made of what was checked.
        }
      }
    }
    Group object = new Group();
    grow(object, state);
    stack.add(object);
  }

  private Storage storage(Group fields) {
    if (fields.items.size() < STORAGE_FIELDS
        || !(fields.items.get(1) instanceof Global type)
        || !(fields.items.get(2) instanceof String key)
        || !(fields.items.get(STORAGE_FIELDS - 1) instanceof Long elements)) {
      throw corrupt("numbers are described by something else than type, key and count");
    }
    Integer item = ITEM.get(type.name());
    if (item == null) {
      throw new TouchstoneException(
          name + " holds weights of the type " + type.name() + ", which is not known; save floats");
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
    return new Storage(elements, item);
  }

  /** A tensor is a window on its numbers: an offset, and a size and a stride for each axis. */
  private void requireInside(List<Object> fields) {
    if (fields.size() < TENSOR_FIELDS || !(fields.get(0) instanceof Storage numbers)) {
      throw corrupt("a tensor is made of something else than numbers, offset, sizes and strides");
    }
    long offset = (Long) fields.get(1);
    List<Object> sizes = ((Group) fields.get(2)).items;
    List<Object> strides = ((Group) fields.get(3)).items;
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
