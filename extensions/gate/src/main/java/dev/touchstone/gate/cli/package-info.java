/** The command line: one class per subcommand. */
@NullMarked
package dev.touchstone.gate.cli;

import org.jspecify.annotations.NullMarked;
