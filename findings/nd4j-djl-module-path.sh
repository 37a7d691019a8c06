#!/usr/bin/env bash
# ND4J 1.0.0-M2.1 and DJL's PyTorch natives 2.7.1 cannot lie on a Java module path (JDK 17 and later): the
# JDK refuses both jars while it reads them, before any module is resolved, so that a module-info.java of
# whoever uses them cannot help. On the class path both work.
#
# Input: each jar as Maven Central serves it, alone on the module path, and `java --list-modules`.
# Expected: a module for each; automatic ones, since neither is written for modules.
# Seen: nd4j-api holds a descriptor for release 9 and later that names a package which is not in the jar
# (org.nd4j.autodiff.validation.listeners); the natives' manifest has the Automatic-Module-Name
# ai.djl.pytorch_native_cpu_linux-x86_64, whose hyphen no Java name may have.
# Exit status 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
central=https://repo1.maven.org/maven2

refused() { # path in the repository, what the JDK says
  curl -fsSL -o "$folder/${1##*/}" "$central/$1"
  if said=$(java --module-path "$folder/${1##*/}" --list-modules 2>&1); then
    echo "accepted: ${1##*/}"
    return 1
  fi
  echo "${1##*/}: $(tail -n 1 <<<"$said")"
  grep -qF "$2" <<<"$said"
}

java -version 2>&1 | head -n 1
refused org/nd4j/nd4j-api/1.0.0-M2.1/nd4j-api-1.0.0-M2.1.jar \
  "Package org.nd4j.autodiff.validation.listeners not found in module"
refused ai/djl/pytorch/pytorch-native-cpu/2.7.1/pytorch-native-cpu-2.7.1-linux-x86_64.jar \
  "ai.djl.pytorch_native_cpu_linux-x86_64: Invalid module name"
