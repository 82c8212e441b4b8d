"""The door for files: who may send, what arrived, what it was judged to be, and the answer."""
