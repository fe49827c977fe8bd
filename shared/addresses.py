"""What an e-mail address is: one person's, in a form that no mail program reads otherwise."""

import re


_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# A dot-atom of RFC 5322 before the @: no comma or semicolon that makes two recipients of one, no
# brackets or quotes, and no encoded word, which a header would decode into any of these.
EMAIL_ADDRESS = re.compile(
    rf"(?!.*=\?)(?=.{{1,64}}@){_ATOM}(\.{_ATOM})*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
)
