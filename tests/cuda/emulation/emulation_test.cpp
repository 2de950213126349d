// The emulation reports what it must: one kernel per mistake.
#include <gtest/gtest.h>
