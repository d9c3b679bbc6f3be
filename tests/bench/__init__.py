"""`make bench`: the product against bare python-socketio in the same run, as PERFORMANCE.md describes."""
