// SPDX-License-Identifier: MIT
"use strict";

/* Every file of the page hangs what it offers on this object. */
globalThis.Sockline = {};
