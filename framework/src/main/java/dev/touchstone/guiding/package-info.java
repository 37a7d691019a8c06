/** Training labels and models brought into line with an audit set: bilevel updates, and DUTI. */
@API(status = API.Status.EXPERIMENTAL, since = "0.1")
@NullMarked
package dev.touchstone.guiding;

import org.apiguardian.api.API;
import org.jspecify.annotations.NullMarked;
