package dev.touchstone.measuring;

import java.lang.management.ManagementFactory;

/** What all threads of this process have taken of the processors, compiling and collecting too. */
final class ProcessorTime {
  private ProcessorTime() {}

  static double seconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
