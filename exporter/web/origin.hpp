// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <httplib.h>

namespace litellm_exporter {

// Whether a browser may have sent the request on behalf of a page that is not ours. What acts must
// not be obeyed then: the user's network lets the page reach what the page's owner cannot. Programs
// such as curl send none of the headers that it goes by.
bool comes_from_another_origin(const httplib::Request& request);

}  // namespace litellm_exporter
