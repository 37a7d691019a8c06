/** The command line: one class per subcommand. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.gate.cli;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
