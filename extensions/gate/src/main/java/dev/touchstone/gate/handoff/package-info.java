/** What a decision hands on: files that other tools, and auditors, read. */
@API(status = API.Status.INTERNAL, since = "0.1")
@NullMarked
package dev.touchstone.gate.handoff;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
