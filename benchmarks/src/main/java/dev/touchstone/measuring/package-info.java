/** Programs that measure what JMH cannot: processes, memory over hours, whole builds, peers. */
@NullMarked
package dev.touchstone.measuring;

import org.jspecify.annotations.NullMarked;
