/** What a decision hands on: files that other tools, and auditors, read. */
@NullMarked
package dev.touchstone.gate.handoff;

import org.jspecify.annotations.NullMarked;
