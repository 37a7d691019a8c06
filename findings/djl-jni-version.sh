#!/usr/bin/env bash
# DJL 0.35.1 does not start with pytorch-jni 2.5.1-0.33.0, though that is the only bridge on Maven Central
# to the newest CUDA natives there (pytorch-native-cu124:2.5.1): a bridge is taken only if its name begins
# with PyTorch's version and DJL's own. So the natives and all of DJL change together.
#
# Input: DJL's jars and the CPU natives of both versions as Maven Central serves them, and an engine that is
# started without the network (ai.djl.offline=true; else DJL asks publish.djl.ai for its own bridge).
# Expected: 0.33.0 with PyTorch 2.5.1, and 0.35.1 with 2.7.1, start; 0.35.1 with 2.5.1 says which versions
# do not fit. Seen: the first two do; the third says that it cannot download, and of the bridge on the class
# path no more than a line in the log. Linux on x86-64, JDK 17.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
central=https://repo1.maven.org/maven2

jar() { # path of the artifact, version, classifier
  local name="${1##*/}-$2${3:+-$3}.jar"
  [ -f "$folder/$name" ] || curl -fsSL -o "$folder/$name" "$central/$1/$2/$name"
  printf '%s:' "$folder/$name"
}

cat > "$folder/Start.java" <<'JAVA'
import ai.djl.engine.Engine;

class Start {
  public static void main(String[] arguments) {
    try {
      System.out.println("started PyTorch " + Engine.getEngine("PyTorch").getVersion());
    } catch (RuntimeException e) {
      Throwable last = e;
      while (last.getCause() != null) {
        System.out.println(last.getMessage());
        last = last.getCause();
      }
      System.out.println(last);
    }
  }
}
JAVA

start() { # DJL, the DJL of the bridge, PyTorch
  local path
  path="$(jar ai/djl/api "$1")$(jar ai/djl/pytorch/pytorch-engine "$1")"
  path+="$(jar ai/djl/pytorch/pytorch-jni "$3-$2")$(jar ai/djl/pytorch/pytorch-native-cpu "$3" linux-x86_64)"
  path+="$(jar com/google/code/gson/gson 2.13.2)$(jar net/java/dev/jna/jna 5.17.0)"
  path+="$(jar org/slf4j/slf4j-api 2.0.17)$(jar org/slf4j/slf4j-simple 2.0.17)"
  java -Dai.djl.offline=true -DDJL_CACHE_DIR="$folder/cache" -cp "$path" "$folder/Start.java" 2>&1
}

holds() { # what is printed, what it has to hold
  grep -F "$2" <<<"$1" || { echo "changed: $1"; exit 1; }
}

java -version 2>&1 | head -n 1
holds "$(start 0.33.0 0.33.0 2.5.1)" "started PyTorch 2.5.1"
holds "$(start 0.35.1 0.35.1 2.7.1)" "started PyTorch 2.7.1"
said=$(start 0.35.1 0.33.0 2.5.1)
holds "$said" "Found mismatch PyTorch jni: 2.5.1-0.33.0"
holds "$said" "Cannot download jni files: https://publish.djl.ai/pytorch/2.5.1/jnilib/0.35.1/linux-x86_64/cpu/libdjl_torch.so"
