"""Publishing one commit of the book under an address that is known only then.

``trees`` makes what would be pushed, ``stamp`` puts the address into it, ``place`` puts it in its
folder, ``__main__`` is the command. ``rehearse`` runs the published notebooks as Colab would.
"""
